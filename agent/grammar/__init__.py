"""The composer's grammar: tasks as relation, objects, targets, colours, counts and distractors."""

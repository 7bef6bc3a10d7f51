"""What learns: demonstrations, language-conditioned policies, training, evaluation, studies. Not built yet."""

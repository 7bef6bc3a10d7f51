"""Who thinks: proposer, coder, critic; the loop in which they work; which chat model they speak through."""

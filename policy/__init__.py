"""What learns: demonstrations, language-conditioned policies, training, evaluation, studies, adaptation."""

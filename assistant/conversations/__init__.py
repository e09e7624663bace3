"""What was said in a chat, so that the next question can refer to it."""

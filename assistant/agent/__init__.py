"""The LangChain agent that searches, looks at facts and words an answer."""

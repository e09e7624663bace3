"""Any OpenAI-compatible chat model, through LangChain."""

"""Questions that customers ask in the app; each becomes a draft for the advisor."""

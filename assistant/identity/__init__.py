"""Who is acting: accounts, roles, licences, passwords and tokens."""

"""What keepers and use add to published texts without changing them: typical questions, and approvals of scripts."""

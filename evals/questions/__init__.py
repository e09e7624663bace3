"""Does the assistant answer what it should, from the right provision, and refuse the rest?"""

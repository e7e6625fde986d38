"""Searching by words. The door is publications/search.py; the engine is one file, engine.py."""

"""Stages measure: slow, may decode media or run a model. They never decide what a measurement means."""

"""Domain-free ground floor: journal, outbox, exports, text checks, middleware."""

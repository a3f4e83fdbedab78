"""A second reader of Waybill evidence, written from docs/format.md. It shares no code with the first."""

"""`make bench`: how long the product takes, next to what its database and JSON need at least.

Each case is done by the product, through all of Django's request handling, and by its *floor*, in turns and in one
run. The floor of an answer is hand-written SQL straight through the driver, and orjson, byte for byte the same; that of
a change writes the same rows in one transaction. Floors are only to compare with: the product never uses them.
"""

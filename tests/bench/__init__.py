"""`make bench`: how long the product takes to answer, next to what its database and JSON need at least.

Each case is answered three ways, in turns and in one run:

* by the product, through all of Django's request handling;
* by its *floor*: hand-written SQL straight through the driver, and orjson, byte for byte the same;
* by nested serializers, as one writes them by the book of Django REST framework.

Floors are only to compare with: the product never uses them.

The case `deliveries` is apart: it counts how many a second one, two and four workers make.
"""

-- Takes a tag's keys aside, to be deleted: keys that are noted from now on belong to the next invalidation. What an
-- earlier invalidation did not get to the end of is still there.
--
-- KEYS[1]  the set of the tag's keys
-- KEYS[2]  the set of keys that are to be deleted
-- Result   how many keys are to be deleted
-- Atomic   all of it
redis.call('SUNIONSTORE', KEYS[2], KEYS[1], KEYS[2])
redis.call('UNLINK', KEYS[1])
return redis.call('SCARD', KEYS[2])

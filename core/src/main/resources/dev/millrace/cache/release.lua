-- Takes the loader's own placeholder away, so that another may load at once.
--
-- KEYS[1]  the key
-- ARGV[1]  the placeholder
-- Result   1 if it was there, else 0
-- Atomic   all of it
if redis.call('GET', KEYS[1]) == ARGV[1] then
    return redis.call('UNLINK', KEYS[1])
end
return 0

-- Puts a loaded value where the loader's own placeholder still stands. Whoever wrote or deleted the key meanwhile has
-- ended the lease by that, and the value, which may be older than what they did, is not stored.
--
-- KEYS[1]  the key
-- ARGV[1]  the placeholder
-- ARGV[2]  the value, framed
-- ARGV[3]  its time to live in milliseconds; 0 for no end
-- Result   1 if it was stored, else 0
-- Atomic   all of it
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
    return 0
end
if ARGV[3] == '0' then
    redis.call('SET', KEYS[1], ARGV[2])
else
    redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
end
return 1

-- Puts a value that was loaded early in the place of the one that was there when loading began, if that one still is.
--
-- KEYS[1]  the key
-- ARGV[1]  the SHA-1, in lower-case hex, of the value that was there
-- ARGV[2]  the new value, framed
-- ARGV[3]  its time to live in milliseconds; 0 for no end
-- Result   1 if it was replaced, else 0
-- Atomic   all of it
local there = redis.call('GET', KEYS[1])
if not there or redis.sha1hex(there) ~= ARGV[1] then
    return 0
end
if ARGV[3] == '0' then
    redis.call('SET', KEYS[1], ARGV[2])
else
    redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
end
return 1

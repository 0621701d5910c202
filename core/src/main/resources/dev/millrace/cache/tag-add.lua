-- Notes keys under a tag. The note lives as long as the longest-lived of them, so that tags end by themselves.
--
-- KEYS[1]    the set of the tag's keys
-- ARGV[1]    how long the keys live, in milliseconds; 0 for no end
-- ARGV[2..]  the keys
-- Result     how many were not noted before
-- Atomic     all of it
local left = redis.call('PTTL', KEYS[1])
local added = redis.call('SADD', KEYS[1], unpack(ARGV, 2))
if ARGV[1] == '0' then
    if left >= 0 then
        redis.call('PERSIST', KEYS[1])
    end
elseif left == -2 or (left >= 0 and left < tonumber(ARGV[1])) then
    redis.call('PEXPIRE', KEYS[1], ARGV[1])
end
return added

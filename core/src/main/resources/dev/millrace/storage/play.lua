-- Play: a track begins; votes begin anew.
--
-- KEYS     as of vote
-- ARGV     1 track, '' for silence
-- Result   1
-- Atomic   all of it.

redis.call('DEL', KEYS[3], KEYS[4], KEYS[5])
if ARGV[1] == '' then
  redis.call('DEL', KEYS[2])
else
  redis.call('SET', KEYS[2], ARGV[1])
end
return 1

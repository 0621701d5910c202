-- Vote: a listener votes for skipping a track.
--
-- KEYS     1 config  STRING "fraction least window", see the plugin
--          2 playing STRING the track
--          3 votes   ZSET   listener -> when it voted, ms
--          4 tally   STRING "votes needed"
--          5 skipped STRING the track that was skipped
-- ARGV     1 listener  2 track  3 how many listen  4-6 fraction, least, window in ms where there is no config
-- Result   {outcome, votes, needed}; outcome: 1 counted, 2 counted and skips it, 3 had voted before, 4 skipped already,
--          5 another track is playing
-- Atomic   all of it: of all votes of a track one skips it.

local call = redis.call
local track = ARGV[2]
if call('GET', KEYS[5]) == track then
  return { 4, 0, 0 }
end
if call('GET', KEYS[2]) ~= track then
  return { 5, 0, 0 }
end
local fraction, least, window = ARGV[4], ARGV[5], ARGV[6]
local config = call('GET', KEYS[1])
if config then
  local a, b, c = string.match(config, '^([%d%.]+) (%d+) (%d+)$')
  if a and tonumber(a) then
    fraction, least, window = a, b, c
  end
end
window = tonumber(window)
local time = call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
call('ZREMRANGEBYSCORE', KEYS[3], '-inf', now - window)
local added = call('ZADD', KEYS[3], 'NX', now, ARGV[1])
call('PEXPIRE', KEYS[3], window)
local votes = call('ZCARD', KEYS[3])
local needed = math.max(tonumber(least), math.ceil(tonumber(fraction) * tonumber(ARGV[3])))
call('SET', KEYS[4], votes .. ' ' .. needed, 'PX', window)
if votes >= needed then
  call('SET', KEYS[5], track)
  call('DEL', KEYS[3])
  return { 2, votes, needed }
end
return { added == 1 and 1 or 3, votes, needed }

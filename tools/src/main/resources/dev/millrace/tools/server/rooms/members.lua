-- What happens to the listeners of one room, in the order of the arguments; atomic. Whoever listens to the room's changes is told
-- of one, if there was any, when all has been done.
--
-- KEYS[1] HASH of the room: name, created; there is none without it
-- KEYS[2] ZSET listener -> when it joined, ms
-- ARGV[1] the channel of changes
-- ARGV[2] the room, as it is told there
-- ARGV[3] how many may listen
-- ARGV[4] after how many ms a listener that has not joined again is gone
-- ARGV[5] how many of the newest are named
-- ARGV[6...] pairs: join, leave, has or look, and a listener
--
-- Answers {0} where there is no such room, or {1, name, created, listeners, {the newest}, {what became of each}}: for join 1 new,
-- 0 there before, -1 the room is full; for leave and has 1 there, 0 not; for look 1.
local about = redis.call('HMGET', KEYS[1], 'name', 'created')
if not about[2] then
  return {0}
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local changed = redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now - ARGV[4]) > 0
local listeners = redis.call('ZCARD', KEYS[2])
local results = {}
for i = 6, #ARGV, 2 do
  local what, listener, result = ARGV[i], ARGV[i + 1], 1
  if what == 'join' then
    if redis.call('ZSCORE', KEYS[2], listener) then
      redis.call('ZADD', KEYS[2], now, listener)
      result = 0
    elseif listeners >= tonumber(ARGV[3]) then
      result = -1
    else
      redis.call('ZADD', KEYS[2], now, listener)
      listeners = listeners + 1
      changed = true
    end
  elseif what == 'leave' then
    result = redis.call('ZREM', KEYS[2], listener)
    listeners = listeners - result
    changed = changed or result == 1
  elseif what == 'has' then
    result = redis.call('ZSCORE', KEYS[2], listener) and 1 or 0
  end
  results[#results + 1] = result
end
if changed then
  redis.call('PUBLISH', ARGV[1], ARGV[2])
end
return {1, about[1] or '', about[2], listeners, redis.call('ZREVRANGE', KEYS[2], 0, ARGV[5] - 1), results}

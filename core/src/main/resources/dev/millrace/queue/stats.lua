-- Stats: the numbers of a queue at one moment. Writes nothing.
--
-- KEYS     as in the prelude
-- Result   {the time in ms; paused 1 or 0; delayed; leased; done; failed; dead; delayed or leased and due;
--           when the oldest ready job was enqueued, ms, -1 for none;
--           n lanes; ready per lane...; then name, number, ... of the counters; '' ; then type, number, ... of what waits}
-- Atomic   all of it. The oldest is found by one look per priority that is in use.

local oldest = -1
local sizes = {}
for lane = 0, LANES - 1 do
  local key, from = ready(lane), '-inf'
  sizes[lane + 1] = call('ZCARD', key)
  while sizes[lane + 1] > 0 do
    local head = call('ZRANGEBYSCORE', key, from, '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
    if #head == 0 then
      break
    end
    local record = call('HGET', META, head[1])
    if record then
      local since = struct.unpack('>d', record, 27)
      oldest = oldest < 0 and since or min(oldest, since)
    end
    from = (floor(tonumber(head[2]) / SEQUENCES) + 1) * SEQUENCES
  end
end
local out = {
  now,
  call('HGET', STATE, 'paused') == '1' and 1 or 0,
  call('ZCARD', DELAYED),
  call('ZCARD', LEASED),
  call('ZCARD', DONE),
  call('ZCARD', FAILED),
  call('ZCARD', DEAD),
  call('ZCOUNT', DELAYED, '-inf', now) + call('ZCOUNT', LEASED, '-inf', now),
  oldest,
  LANES,
}
for lane = 1, LANES do
  out[#out + 1] = sizes[lane]
end
local counters = {
  'new', 'duplicate', 'replaced', 'claimed', 'taken', 'completed', 'retried', 'snoozed', 'handed_back', 'expired',
  'given_up', 'cancelled', 'removed', 'purged', 'replayed', 'lost', 'done_bytes', 'failed_bytes',
}
local values = call('HMGET', STATE, unpack(counters))
for i = 1, #counters do
  out[#out + 1] = counters[i]
  out[#out + 1] = tonumber(values[i] or 0)
end
out[#out + 1] = ''
local types = call('HGETALL', TYPES)
for i = 1, #types do
  out[#out + 1] = types[i]
end
return out

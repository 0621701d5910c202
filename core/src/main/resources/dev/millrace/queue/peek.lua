-- Peek: looks at jobs and leaves them where they are. Writes nothing.
--
-- KEYS     as in the prelude
-- ARGV     2 where: ready, delayed, leased, done, failed, dead, or id
--          3 for ready the lane, 4 offset, 5 how many (1 to 1,000); for id: 3 n, then the ids
--          6 1 for the newest first, otherwise the next to leave, the first due or the oldest first
-- Result   {id, payload, record, error or '', the time it is indexed by or '' if it is ready, ...}; jobs that are not there are left out,
--          and so is what comes after 1 MB of payloads
-- Atomic   all of it

local where = ARGV[2]
local index = ({ delayed = DELAYED, leased = LEASED, done = DONE, failed = FAILED, dead = DEAD })[where]
local ids, scores = {}, {}
if where == 'id' then
  local n = whole(ARGV[3], 1, MOST)
  if not n or #ARGV ~= 3 + n then
    return refuse('wanted 1 to ' .. MOST .. ' ids')
  end
  for i = 1, n do
    ids[i] = ARGV[3 + i]
  end
else
  local lane, offset, n = whole(ARGV[3], 0, LANES - 1), whole(ARGV[4], 0, 2 ^ 52), whole(ARGV[5], 1, MOST)
  if where == 'ready' and lane then
    index = ready(lane)
  end
  if not index or not lane or not offset or not n then
    return refuse('nowhere to look, or an offset or number out of range')
  end
  local flat = call(ARGV[6] == '1' and 'ZREVRANGE' or 'ZRANGE', index, offset, offset + n - 1, 'WITHSCORES')
  for i = 1, #flat, 2 do
    ids[#ids + 1] = flat[i]
    scores[#scores + 1] = where == 'ready' and '' or flat[i + 1]
  end
end
local out, bytes = {}, 0
if #ids > 0 then
  local payloads, records = call('HMGET', JOB, unpack(ids)), call('HMGET', META, unpack(ids))
  local errors = call('HMGET', ERROR, unpack(ids))
  for i = 1, #ids do
    if payloads[i] and records[i] then
      if where == 'id' then
        local place = ({ w = DELAYED, l = LEASED, d = DONE, f = FAILED, x = DEAD })[sub(records[i], 1, 1)]
        scores[i] = place and call('ZSCORE', place, ids[i])
      end
      bytes = bytes + #payloads[i]
      if bytes > 1000000 and #out > 0 then
        break
      end
      local length = #out
      out[length + 1] = ids[i]
      out[length + 2] = payloads[i]
      out[length + 3] = records[i]
      out[length + 4] = errors[i] or ''
      out[length + 5] = scores[i] or ''
    end
  end
end
return out

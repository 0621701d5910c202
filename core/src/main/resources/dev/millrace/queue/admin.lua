-- Admin: what an operator does to a queue.
--
-- KEYS     as in the prelude
-- ARGV     2 what:
--          pause, resume
--          remove   3 n, then the ids: wherever they are; a handler's acknowledgement of one is stale then
--          drain    3 n: removes up to n jobs that wait, ready or delayed; not those that are leased
--          purge    3 n, 4 done, failed or dead, 5 a time in ms: deletes up to n that ended by then, oldest first
--          replay   3 n, 4 '' or the only ids: up to n dead letters, oldest first, become ready in the place they had,
--                   with no attempts behind them
-- Result   how many jobs were changed; for pause and resume 1 if that is new
-- Atomic   all of it, for at most 1,000 jobs; callers go on until nothing is left

local what = ARGV[2]
if what == 'pause' or what == 'resume' then
  local paused = what == 'pause' and '1' or '0'
  local before = call('HGET', STATE, 'paused') or '0'
  if before ~= paused then
    call('HSET', STATE, 'paused', paused)
  end
  return before ~= paused and 1 or 0
end

local n = whole(ARGV[3], 1, MOST)
if not n then
  return refuse('wanted 1 to ' .. MOST .. ' jobs')
end
local types, counts = {}, {}

-- Takes jobs out of the index their record names, and deletes them.
local function delete(ids, counter)
  if #ids == 0 then
    return 0
  end
  local records = call('HMGET', META, unpack(ids))
  local gone, gone_records = {}, {}
  for i = 1, #ids do
    local id, record = ids[i], records[i]
    if record then
      local state = byte(record, 1)
      if state == 119 then
        if byte(record, 10) < LANES then
          call('ZREM', ready(byte(record, 10)), id)
        end
        call('ZREM', DELAYED, id)
        tally(types, sub(record, 36), -1)
      elseif state == 108 then
        call('ZREM', LEASED, id)
      elseif state == 100 then
        call('ZREM', DONE, id)
        tally(counts, 'done_bytes', -size_of(record))
      elseif state == 102 then
        call('ZREM', FAILED, id)
        tally(counts, 'failed_bytes', -size_of(record))
      else
        call('ZREM', DEAD, id)
      end
      gone[#gone + 1] = id
      gone_records[#gone_records + 1] = record
    end
  end
  forget(gone, gone_records)
  if #gone > 0 then
    call('ZREM', DEDUP, unpack(gone))
  end
  tally(counts, counter, #gone)
  count_types(types)
  count(counts)
  return #gone
end

if what == 'remove' then
  if #ARGV ~= 3 + n then
    return refuse('wanted ' .. n .. ' ids')
  end
  local ids, once = {}, {}
  for i = 1, n do
    local id = ARGV[3 + i]
    if not once[id] then
      once[id] = true
      ids[#ids + 1] = id
    end
  end
  local records = call('HMGET', META, unpack(ids))
  for i = 1, #ids do
    if records[i] and byte(records[i], 1) == 119 and byte(records[i], 10) >= LANES then
      return refuse('job ' .. i .. ' is in a lane that these options do not have')
    end
  end
  return delete(ids, 'removed')
elseif what == 'drain' then
  local ids = call('ZRANGE', DELAYED, 0, n - 1)
  for lane = 0, LANES - 1 do
    local left = n - #ids
    if left > 0 then
      for _, id in ipairs(call('ZRANGE', ready(lane), 0, left - 1)) do
        ids[#ids + 1] = id
      end
    end
  end
  return delete(ids, 'removed')
elseif what == 'purge' then
  local index = ({ done = DONE, failed = FAILED, dead = DEAD })[ARGV[4]]
  local before = whole(ARGV[5], 0, 4398046511104)
  if not index or not before then
    return refuse('there is only done, failed and dead to purge, up to a time')
  end
  return delete(call('ZRANGEBYSCORE', index, '-inf', before * 1000 + 999, 'LIMIT', 0, n), 'purged')
elseif what == 'replay' then
  local ids = {}
  if #ARGV > 4 then
    local once = {}
    for i = 5, #ARGV do
      if not once[ARGV[i]] then
        once[ARGV[i]] = true
        ids[#ids + 1] = ARGV[i]
      end
    end
    if #ids > n then
      return refuse('wanted at most ' .. n .. ' ids')
    end
  else
    ids = call('ZRANGE', DEAD, 0, n - 1)
  end
  if #ids == 0 then
    return 0
  end
  local records, moved, metas, lanes = call('HMGET', META, unpack(ids)), {}, {}, {}
  for i = 1, #ids do
    local id, record = ids[i], records[i]
    if record and byte(record, 1) == 120 and byte(record, 10) < LANES then
      moved[#moved + 1] = id
      metas[#metas + 1] = id
      metas[#metas + 1] = 'w' .. UNLEASED .. sub(record, 10, 10) .. FORGIVEN .. sub(record, 15, 34) .. '\255' .. sub(record, 36)
      put(lanes, byte(record, 10), score_of(record), id)
      tally(types, sub(record, 36), 1)
    end
  end
  if #moved > 0 then
    call('ZREM', DEAD, unpack(moved))
    call('HSET', META, unpack(metas))
    add_ready(lanes)
    call('HDEL', ERROR, unpack(moved))
    count_types(types)
    count({ replayed = #moved })
  end
  return #moved
end
return refuse('no such order')

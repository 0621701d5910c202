-- Enqueue: takes up to 1,000 jobs in.
--
-- KEYS     as in the prelude
-- ARGV     2 scope: L a live job is a duplicate, R a remembered one too, W and what came within the window
--          3 mode: I ignore the newcomer, R replace, D debounce
--          4 window in ms, for scope W
--          5 n, then n times: id, payload, "priority lane delay type" (delay in ms)
-- Result   {one letter a job: n new, d duplicate, r replaced; how many wait now}
-- Atomic   all of it. An id may come twice: the second meets the first as if it had come in a call of its own.
--          The first write is one that the server refuses when it is out of memory, so that nothing is half done.

local scope, mode = ARGV[2], ARGV[3]
local window = whole(ARGV[4], 0, 4398046511104)
local n = whole(ARGV[5], 1, MOST)
if not n or #ARGV ~= 5 + 3 * n then
  return refuse('wanted 1 to ' .. MOST .. ' jobs of three arguments each')
end
if not window or not string.find('LRW', scope, 1, true) or not string.find('IRD', mode, 1, true) or #scope ~= 1 or #mode ~= 1 then
  return refuse('no such deduplication')
end

local ids, specs = {}, {}
for i = 1, n do
  ids[i] = ARGV[3 + 3 * i]
  local text = ARGV[5 + 3 * i]
  if not specs[text] then
    local priority, lane, delay, type = string.match(text, '^(%d+) (%d+) (%d+) (.*)$')
    priority, lane, delay = whole(priority, 0, 511), whole(lane, 0, LANES - 1), whole(delay, 0, 4398046511104)
    if not priority or not lane or not delay then
      return refuse('job ' .. i .. ' has a priority, lane or delay out of range')
    end
    specs[text] = {
      base = (511 - priority) * SEQUENCES,
      lane = lane,
      delay = delay,
      type = type,
      head = 'w' .. UNLEASED .. char(lane) .. FORGIVEN,
      tail = '\255' .. type,
    }
  end
end

local records = call('HMGET', META, unpack(ids))
local seen = scope == 'W' and call('ZMSCORE', DEDUP, unpack(ids))
local known = call('HMGET', STATE, 'sequence', 'done_bytes', 'failed_bytes')
local sequence = tonumber(known[1] or 0)
if sequence + n >= SEQUENCES then
  return refuse('the sequence is used up; drain the queue and delete its state')
end
local waiting = call('ZCARD', DELAYED)
for lane = 0, LANES - 1 do
  waiting = waiting + call('ZCARD', ready(lane))
end

-- Decide. An entry is a job as it will be stored, its parts in arrays of their own: a table each would cost more than the
-- writes. at[id] is the entry where a later job of the same id meets it.
local at, answers, entries = {}, {}, 0
local entry_ids, due, place, spec_of, payload_of, old, marked = {}, {}, {}, {}, {}, {}, {}
local new, duplicate, replaced, met = 0, 0, 0, false
for i = 1, n do
  local id, spec, record = ids[i], specs[ARGV[5 + 3 * i]], records[i]
  local entry, state = at[id], record and byte(record, 1)
  local answer = 'n'
  if entry or state == 119 or state == 120 then -- in this call, waits, dead
    answer = mode == 'I' and 'd' or 'r'
  elseif state == 108 then -- leased: its payload is in a handler's hands
    answer = 'd'
  elseif state and scope == 'R' then
    answer = 'd'
  elseif seen and seen[i] and tonumber(seen[i]) > now then
    answer = 'd'
  end
  answers[i] = answer
  if answer == 'd' then
    duplicate = duplicate + 1
  else
    local keeps = mode == 'R' and entry ~= nil
    if not entry then
      entries = entries + 1
      entry = entries
      at[id] = entry
      entry_ids[entry] = id
      if record then
        met = true
        old[entry] = record
        if state == 119 then
          if byte(record, 10) >= LANES then
            return refuse('job ' .. i .. ' is in a lane that these options do not have')
          end
          if mode == 'R' then
            keeps = true
            place[entry] = score_of(record) % SEQUENCES
            due[entry] = tonumber(call('ZSCORE', DELAYED, id) or 0)
          end
        end
      end
    end
    if not keeps then
      sequence = sequence + 1
      place[entry] = sequence
      due[entry] = spec.delay > 0 and now + spec.delay or 0
    end
    spec_of[entry] = spec
    payload_of[entry] = ARGV[4 + 3 * i]
    if seen and (answer == 'n' or mode == 'D') then
      marked[entry] = true
    end
    if answer == 'n' then
      new = new + 1
    else
      replaced = replaced + 1
    end
  end
end

-- Write.
if entries > 0 then
  local payloads, metas, lanes, delayed, marks, types = {}, {}, {}, {}, {}, {}
  for i = 1, entries do
    local id, spec, payload = entry_ids[i], spec_of[i], payload_of[i]
    local score = spec.base + place[i]
    local even = 2 * i
    payloads[even - 1] = id
    payloads[even] = payload
    metas[even - 1] = id
    metas[even] = spec.head .. struct.pack('>I4dd', #payload, score, now) .. spec.tail
    if due[i] > 0 then
      delayed[#delayed + 1] = due[i]
      delayed[#delayed + 1] = id
    else
      put(lanes, spec.lane, format('%d', score), id) -- as text: the server takes long over printing a double
    end
    if marked[i] then
      marks[#marks + 1] = now + window
      marks[#marks + 1] = id
    end
    types[spec.type] = (types[spec.type] or 0) + 1
  end
  -- Redis before 7 wraps what call raises; the client is to see the code, OOM or READONLY.
  local stored = redis.pcall('HSET', JOB, unpack(payloads))
  if type(stored) == 'table' and stored.err then
    return redis.error_reply((string.gsub(stored.err, '^@user_script: %d+: %-?', '')))
  end
  local done, failed = 0, 0
  for i = 1, met and entries or 0 do
    local id, record = entry_ids[i], old[i]
    local was = record and byte(record, 1)
    if record then
      if was == 119 then
        call('ZREM', DELAYED, id)
        call('ZREM', ready(byte(record, 10)), id)
        tally(types, sub(record, 36), -1)
        waiting = waiting - 1
      elseif was == 100 then
        call('ZREM', DONE, id)
        done = done - size_of(record)
      elseif was == 102 then
        call('ZREM', FAILED, id)
        failed = failed - size_of(record)
      else
        call('ZREM', DEAD, id)
      end
      if has_error(record) then
        call('HDEL', ERROR, id)
      end
    end
  end
  call('HSET', META, unpack(metas))
  add_ready(lanes)
  if #delayed > 0 then
    call('ZADD', DELAYED, unpack(delayed))
  end
  count_types(types)
  if #marks > 0 then
    call('ZADD', DEDUP, unpack(marks))
  end
  call('HSET', STATE, 'sequence', sequence)
  count({ done_bytes = done, failed_bytes = failed })
end
if seen then
  local over = call('ZRANGEBYSCORE', DEDUP, '-inf', now, 'LIMIT', 0, 2 * n)
  if #over > 0 then
    call('ZREM', DEDUP, unpack(over))
  end
end
count({ new = new, duplicate = duplicate, replaced = replaced })
return { table.concat(answers), waiting + entries }

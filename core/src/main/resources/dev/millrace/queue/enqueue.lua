-- Enqueue: takes up to 1,000 jobs in.
--
-- KEYS     as in the prelude
-- ARGV     2 scope: L a live job is a duplicate, R a remembered one too, W and what came within the window
--          3 mode: I ignore the newcomer, R replace, D debounce
--          4 window in ms, for scope W
--          5 n, then n times: id, payload
--          6 + 2n which place each has, two bytes a job, counted from 0; then the places that there are:
--            two bytes of priority, one of lane, a double of delay in ms, then the type; all big-endian
-- Result   {one letter a job: n new, d duplicate, r replaced; how many wait now}
-- Atomic   all of it. An id may come twice: the second meets the first as if it had come in a call of its own.
--          The first write is one that the server refuses when it is out of memory, so that nothing is half done.

local pack = struct.pack
local scope, mode = ARGV[2], ARGV[3]
local window = whole(ARGV[4], 0, 4398046511104)
local n = whole(ARGV[5], 1, MOST)
local which = n and ARGV[6 + 2 * n]
local kinds = n and #ARGV - 6 - 2 * n or 0
if not which or #which ~= 2 * n or kinds < 1 then
  return refuse('wanted 1 to ' .. MOST .. ' jobs of two arguments each, and their places')
end
if not window or not string.find('LRW', scope, 1, true) or not string.find('IRD', mode, 1, true) or #scope ~= 1 or #mode ~= 1 then
  return refuse('no such deduplication')
end

local kind = {}
for k = 1, kinds do
  local text = ARGV[6 + 2 * n + k]
  if #text < 11 then
    return refuse('place ' .. k .. ' is too short')
  end
  local priority, lane, delay = struct.unpack('>I2Bd', text)
  delay = whole(delay, 0, 4398046511104)
  if priority > 511 or lane >= LANES or not delay then
    return refuse('place ' .. k .. ' has a priority, lane or delay out of range')
  end
  local type = sub(text, 12)
  kind[k] = {
    base = (511 - priority) * SEQUENCES,
    lane = lane,
    due = delay > 0 and now + delay or 0,
    type = type,
    head = 'w' .. UNLEASED .. char(lane) .. FORGIVEN,
    tail = pack('>d', now) .. '\255' .. type,
    jobs = 0,
  }
end
local ids, which_of = {}, { byte(which, 1, 2 * n) }
for i = 1, n do
  ids[i] = ARGV[4 + 2 * i]
  local number = which_of[2 * i - 1] * 256 + which_of[2 * i] + 1
  if number > kinds then
    return refuse('job ' .. i .. ' has a place that is not there')
  end
  which_of[i] = number -- read before: 2i - 1 is never less than i
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


-- The first write. Redis before 7 wraps what call raises; the client is to see the code, OOM or READONLY.
local function store(...)
  local stored = redis.pcall('HSET', JOB, ...)
  if type(stored) == 'table' and stored.err then
    return nil, redis.error_reply((string.gsub(stored.err, '^@user_script: %d+: %-?', '')))
  end
  return stored
end

-- The rule: nobody has heard of any of the ids, and there is nothing to decide. That none comes twice is seen by how many
-- fields the payloads made; if one does, they are decided over below, and written over.
local fresh = not seen
for i = 1, n do
  if records[i] then
    fresh = false
    break
  end
end
if fresh then
  local stored, refused = store(unpack(ARGV, 6, 5 + 2 * n))
  if not stored then
    return refused
  end
  if stored == n then
    local metas, lanes, delayed, types = {}, {}, {}, {}
    for i = 1, n do
      local id, place = ids[i], kind[which_of[i]]
      local score, even = place.base + sequence + i, 2 * i
      metas[even - 1] = id
      metas[even] = place.head .. pack('>I4d', #ARGV[5 + even], score) .. place.tail
      if place.due > 0 then
        delayed[#delayed + 1] = place.due
        delayed[#delayed + 1] = id
      else
        put(lanes, place.lane, format('%d', score), id) -- as text: the server takes long over printing a double
      end
      place.jobs = place.jobs + 1
    end
    for k = 1, kinds do
      tally(types, kind[k].type, kind[k].jobs)
    end
    call('HSET', META, unpack(metas))
    add_ready(lanes)
    if #delayed > 0 then
      call('ZADD', DELAYED, unpack(delayed))
    end
    count_types(types)
    call('HSET', STATE, 'sequence', sequence + n)
    count({ new = n })
    return { string.rep('n', n), waiting + n }
  end
end

-- Decide. Job i is written if it has a turn, which is its number in the sequence. at[id] is the job of this call that a
-- later one of the same id meets: what that brings then stands in its stead.
local at, answers, turn, place_of, payload_of, due_of, old, marked = {}, {}, {}, {}, {}, {}, {}, {}
local new, duplicate, replaced = 0, 0, 0
for i = 1, n do
  local id, place, record = ids[i], kind[which_of[i]], records[i]
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
      entry = i
      at[id] = i
      if record then
        old[i] = record
        if state == 119 then
          if byte(record, 10) >= LANES then
            return refuse('job ' .. i .. ' is in a lane that these options do not have')
          end
          if mode == 'R' then
            keeps = true
            turn[i] = score_of(record) % SEQUENCES
            due_of[i] = tonumber(call('ZSCORE', DELAYED, id) or 0)
          end
        end
      end
    end
    if not keeps then
      sequence = sequence + 1
      turn[entry] = sequence
      due_of[entry] = place.due
    end
    place_of[entry] = place
    payload_of[entry] = ARGV[5 + 2 * i]
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
local written, payloads, metas, lanes, delayed, marks, types = 0, {}, {}, {}, {}, {}, {}
for i = 1, n do
  if turn[i] then
    local id, place, payload = ids[i], place_of[i], payload_of[i]
    local score = place.base + turn[i]
    written = written + 1
    local even = 2 * written
    payloads[even - 1] = id
    payloads[even] = payload
    metas[even - 1] = id
    metas[even] = place.head .. pack('>I4d', #payload, score) .. place.tail
    if due_of[i] > 0 then
      delayed[#delayed + 1] = due_of[i]
      delayed[#delayed + 1] = id
    else
      put(lanes, place.lane, format('%d', score), id)
    end
    if marked[i] then
      marks[#marks + 1] = now + window
      marks[#marks + 1] = id
    end
    tally(types, place.type, 1)
  end
end
if written > 0 then
  local stored, refused = store(unpack(payloads))
  if not stored then
    return refused
  end
  local done, failed = 0, 0
  for i, record in pairs(old) do
    local id, was = ids[i], byte(record, 1)
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
return { table.concat(answers), waiting + written }

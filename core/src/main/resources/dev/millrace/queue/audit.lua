-- Audit: finds jobs that are in no index, in two, or in one that their record does not name; payloads without a record,
-- records without a payload, members of an index that nothing is known of; and mends them. Nothing with a payload is lost.
--
-- KEYS     as in the prelude
-- ARGV     2 phase: meta, job, delayed, leased, done, failed, dead, error, types, or the number of a lane; 3 cursor;
--          4 1 to mend, 0 to look
-- Result   {next cursor ('0' at the end); how many were looked at; in no index; in several; in the wrong one;
--           without a payload; without a record; counters that were off}
-- Atomic   one page of about 250 jobs. Scripts never leave such a thing behind; a failing server, or hands, may.
--
-- How they are mended: a job that is in none goes where its record says, and if that was a lease, to its lane. One that is
-- in several stays where its record says, else in the first of leased, ready, delayed, dead, failed, done. One in the wrong
-- index gets the record of where it is. A payload without a record becomes a dead letter; the rest is deleted.

local phase, cursor, mend = ARGV[2], ARGV[3], ARGV[4] == '1'
local PAGE = 250
if not whole(cursor, 0, 18446744073709551615) then
  return refuse('no such cursor')
end
local none, several, wrong, payloadless, recordless, off = 0, 0, 0, 0, 0, 0
local types, counts = {}, {}

local places = { { key = LEASED, state = 108 } }
for lane = 0, LANES - 1 do
  places[#places + 1] = { key = ready(lane), state = 119, lane = lane }
end
for _, place in ipairs({
  { key = DELAYED, state = 119 }, { key = DEAD, state = 120 }, { key = FAILED, state = 102 }, { key = DONE, state = 100 },
}) do
  places[#places + 1] = place
end

local function fits(place, record)
  return place.state == byte(record, 1) and (not place.lane or place.lane == byte(record, 10))
end

local function drop(id, from)
  for _, place in ipairs(from) do
    call('ZREM', place.key, id)
  end
end

-- One job, of which a record, a payload or an index knows.
local function look(id, record, payload)
  local found = {}
  for _, place in ipairs(places) do
    if call('ZSCORE', place.key, id) then
      found[#found + 1] = place
    end
  end
  if not payload then
    payloadless = payloadless + 1
    if mend then
      drop(id, found)
      call('HDEL', META, id)
      call('HDEL', ERROR, id)
      tally(counts, 'lost', 1)
    end
    return
  end
  if not record or #record < 35 then
    recordless = recordless + 1
    if mend then
      drop(id, found)
      bury({ id }, counts)
    end
    return
  end
  local keep = nil
  for _, place in ipairs(found) do
    if not keep and fits(place, record) then
      keep = place
    end
  end
  if #found == 1 and keep then
    return
  end
  if #found == 0 then
    none = none + 1
    local state = byte(record, 1)
    local lane = byte(record, 10) < LANES and byte(record, 10) or 0
    if state == 119 or state == 108 then
      keep = places[2 + lane]
      if mend then
        call('ZADD', keep.key, score_of(record), id)
      end
    else
      for _, place in ipairs(places) do
        if place.state == state then
          keep = place
        end
      end
      keep = keep or places[LANES + 3] -- dead, if the state is no state
      if mend then
        call('ZADD', keep.key, micros, id)
      end
    end
  elseif #found > 1 then
    several = several + 1
    keep = keep or found[1]
    if mend then
      for _, place in ipairs(found) do
        if place ~= keep then
          call('ZREM', place.key, id)
        end
      end
    end
  else
    wrong = wrong + 1
    keep = found[1]
  end
  if mend and not fits(keep, record) then
    local fence = keep.state == 108 and struct.pack('>d', micros) or UNLEASED
    local lane = keep.lane or byte(record, 10)
    call('HSET', META, id, char(keep.state) .. fence .. char(lane) .. sub(record, 11))
  end
end

-- The numbers of waiting jobs by type and the bytes of the histories, counted anew; only where that takes a moment.
local function recount()
  if call('HLEN', META) > 50000 then
    return
  end
  local waits, bytes, at = {}, { d = 0, f = 0 }, '0'
  repeat
    local page = call('HSCAN', META, at, 'COUNT', 1000)
    at = page[1]
    for i = 1, #page[2], 2 do
      local record = page[2][i + 1]
      local state = sub(record, 1, 1)
      if state == 'w' then
        tally(waits, sub(record, 36), 1)
      elseif bytes[state] then
        bytes[state] = bytes[state] + size_of(record)
      end
    end
  until at == '0'
  local counted, seen = call('HGETALL', TYPES), {}
  for i = 1, #counted, 2 do
    seen[counted[i]] = tonumber(counted[i + 1])
  end
  for type, number in pairs(waits) do
    if seen[type] ~= number then
      off = off + 1
      if mend then
        call('HSET', TYPES, type, number)
      end
    end
  end
  for type in pairs(seen) do
    if not waits[type] then
      off = off + 1
      if mend then
        call('HDEL', TYPES, type)
      end
    end
  end
  for state, name in pairs({ d = 'done_bytes', f = 'failed_bytes' }) do
    if tonumber(call('HGET', STATE, name) or 0) ~= bytes[state] then
      off = off + 1
      if mend then
        call('HSET', STATE, name, bytes[state])
      end
    end
  end
end

local looked, next_cursor = 0, '0'
if phase == 'types' then
  recount()
elseif phase == 'error' then
  local page = call('HSCAN', ERROR, cursor, 'COUNT', PAGE)
  next_cursor = page[1]
  for i = 1, #page[2], 2 do
    looked = looked + 1
    if call('HEXISTS', META, page[2][i]) == 0 then
      recordless = recordless + 1
      if mend then
        call('HDEL', ERROR, page[2][i])
      end
    end
  end
elseif phase == 'meta' or phase == 'job' then
  local page = call('HSCAN', phase == 'meta' and META or JOB, cursor, 'COUNT', PAGE)
  next_cursor = page[1]
  for i = 1, #page[2], 2 do
    looked = looked + 1
    local id = page[2][i]
    if phase == 'meta' then
      look(id, page[2][i + 1], call('HGET', JOB, id))
    elseif call('HEXISTS', META, id) == 0 then
      look(id, nil, page[2][i + 1])
    end
  end
else
  local index = ({ delayed = DELAYED, leased = LEASED, done = DONE, failed = FAILED, dead = DEAD })[phase]
  if not index and whole(phase, 0, LANES - 1) then
    index = ready(tonumber(phase))
  end
  if not index then
    return refuse('no such phase')
  end
  local page = call('ZSCAN', index, cursor, 'COUNT', PAGE)
  next_cursor = page[1]
  for i = 1, #page[2], 2 do
    looked = looked + 1
    local id = page[2][i]
    if call('HEXISTS', META, id) == 0 and call('HEXISTS', JOB, id) == 0 then
      look(id, nil, nil)
    end
  end
end
count(counts)
return { next_cursor, looked, none, several, wrong, payloadless, recordless, off }

-- Take: how jobs are handed out; stands before the scripts that do so, after the prelude.
--
-- ARGV     2 n, how many jobs are wanted (0 to 1,000)
--          3 lease in ms; 0 takes for good (at most once)
--          4 how often a lease may run out
--          5 age in ms at which a job no longer waits for higher priorities; 0 for never
--          6 bytes of payload to hand out at the most
--          7 1 if jobs that are given up are dead letters, 0 if they are failed history
--          8-10 history of done: how many, age in ms, bytes; -1 for no limit
--         11-13 history of failed, likewise
--         14 weights of the lanes, "3 1"

local n = whole(ARGV[2], 0, MOST)
local lease = whole(ARGV[3], 0, 4398046511104)
local deliveries_most = whole(ARGV[4], 1, 65535)
local ageing = whole(ARGV[5], 0, 4398046511104)
local bytes_most = whole(ARGV[6], 1, 2 ^ 40)
local dead_letters = ARGV[7] == '1'
local history = {}
for i = 8, 13 do
  history[i - 7] = whole(ARGV[i], -1, 2 ^ 52)
end
local weights = {}
for weight in string.gmatch(ARGV[14] or '', '%d+') do
  weights[#weights + 1] = whole(weight, 1, 1000000)
end
if not n or not lease or not deliveries_most or not ageing or not bytes_most or #history ~= 6 or #weights ~= LANES then
  return refuse('an option is out of range')
end

-- How jobs that are given up are kept: state, index.
local given_up_state = dead_letters and 'x' or 'f'
local given_up_index = dead_letters and DEAD or FAILED

-- Ids that no record is known of leave an index: there, they would stand in the way of the others for ever.
local function leave(index, unknown, counts)
  if #unknown > 0 then
    call('ZREM', index, unpack(unknown))
    bury(unknown, counts)
  end
end

-- Delayed jobs that are due become ready, in the place they have had since they were enqueued.
local function promote(counts)
  local ids = call('ZRANGEBYSCORE', DELAYED, '-inf', now, 'LIMIT', 0, BATCH)
  if #ids == 0 then
    return
  end
  local records = call('HMGET', META, unpack(ids))
  local lanes, moved, unknown = {}, {}, {}
  for i = 1, #ids do
    local record = records[i]
    if not record then
      unknown[#unknown + 1] = ids[i]
    elseif byte(record, 10) < LANES then
      put(lanes, byte(record, 10), score_of(record), ids[i])
      moved[#moved + 1] = ids[i]
    end
  end
  leave(DELAYED, unknown, counts)
  if #moved > 0 then
    call('ZREM', DELAYED, unpack(moved))
    add_ready(lanes)
  end
end

-- Jobs whose lease ran out become ready in their old place, or are given up.
local function take_back(types, counts)
  local ids = call('ZRANGEBYSCORE', LEASED, '-inf', now, 'LIMIT', 0, BATCH)
  if #ids == 0 then
    return
  end
  local records = call('HMGET', META, unpack(ids))
  local lanes, ends, errors, metas, moved, unknown, bytes = {}, {}, {}, {}, {}, {}, 0
  for i = 1, #ids do
    local id, record = ids[i], records[i]
    if not record then
      unknown[#unknown + 1] = id
    elseif byte(record, 10) < LANES then
      local deliveries = struct.unpack('>H', record, 13) + 1
      local rest = UNLEASED .. sub(record, 10, 12) .. struct.pack('>H', min(deliveries, 65535)) .. sub(record, 15)
      moved[#moved + 1] = id
      metas[#metas + 1] = id
      if deliveries >= deliveries_most then
        metas[#metas + 1] = given_up_state .. rest
        ends[#ends + 1] = micros + i
        ends[#ends + 1] = id
        errors[#errors + 1] = id
        errors[#errors + 1] = 'its lease ran out ' .. deliveries .. ' times'
        bytes = bytes + size_of(record)
      else
        metas[#metas + 1] = 'w' .. rest
        put(lanes, byte(record, 10), score_of(record), id)
        tally(types, sub(record, 36), 1)
      end
    end
  end
  leave(LEASED, unknown, counts)
  if #moved == 0 then
    return
  end
  call('ZREM', LEASED, unpack(moved))
  call('HSET', META, unpack(metas))
  add_ready(lanes)
  if #ends > 0 then
    call('ZADD', given_up_index, unpack(ends))
    call('HSET', ERROR, unpack(errors))
    if not dead_letters then
      tally(counts, 'failed_bytes', bytes)
    end
  end
  tally(counts, 'expired', #moved)
  tally(counts, 'given_up', #ends / 2)
end

-- Jobs that have waited too long behind higher priorities: the oldest of each priority but the highest, one each, and
-- no more than a quarter of all that are handed out. Asked for again when the oldest will be old enough.
local function aged(lane, wanted, state, popped)
  local due = tonumber(state['due' .. lane] or 0)
  local credit = min(tonumber(state.credit or 0) + wanted / 4, MOST)
  if ageing == 0 or now < due then
    return 0
  end
  local key, from, heads, top = ready(lane), '-inf', {}, true
  while true do
    local head = call('ZRANGEBYSCORE', key, from, '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
    if #head == 0 then
      break
    end
    if not top then
      heads[#heads + 1] = head[1]
    end
    top = false
    from = (floor(tonumber(head[2]) / SEQUENCES) + 1) * SEQUENCES
  end
  local old, next_due = {}, now + floor(ageing / 4) + 1
  if #heads > 0 then
    local records = call('HMGET', META, unpack(heads))
    for i = 1, #heads do
      if records[i] then
        local since, score = struct.unpack('>d', records[i], 27), score_of(records[i])
        if since + ageing <= now then
          old[#old + 1] = { id = heads[i], since = since, score = score }
        else
          next_due = min(next_due, since + ageing)
        end
      end
    end
  end
  if #old == 0 then
    state['due' .. lane] = next_due
    state.credit = min(credit, 1)
    return 0
  end
  table.sort(old, function(a, b)
    return a.since < b.since or (a.since == b.since and a.score < b.score)
  end)
  local taken = min(#old, floor(credit), wanted)
  state.credit = credit - taken
  if taken > 0 then
    local ids = {}
    for i = 1, taken do
      ids[i] = old[i].id
      local length = #popped
      popped[length + 1], popped[length + 2] = old[i].id, old[i].score
    end
    call('ZREM', key, unpack(ids))
  end
  return taken
end

-- How many each lane gives: by stride scheduling over the lanes that have jobs. A lane's pass is how far ahead of the
-- others it is; handing out one job costs 1 / weight. Lanes that are empty have no claim on the past.
local function shares(wanted, sizes, state)
  local shares_of, pass, busy, only = {}, {}, 0, 0
  for lane = 0, LANES - 1 do
    shares_of[lane] = 0
    pass[lane] = sizes[lane] > 0 and tonumber(state['pass' .. lane] or 0) or 0
    if sizes[lane] > 0 then
      busy = busy + 1
      only = lane
    end
  end
  if busy <= 1 then
    if busy == 1 then
      shares_of[only] = min(wanted, sizes[only])
    end
    return shares_of
  end
  for _ = 1, wanted do
    local best = nil
    for lane = 0, LANES - 1 do
      if shares_of[lane] < sizes[lane] and (not best or pass[lane] < pass[best]) then
        best = lane
      end
    end
    if not best then
      break
    end
    shares_of[best] = shares_of[best] + 1
    pass[best] = pass[best] + 1 / weights[best + 1]
  end
  local least = nil
  for lane = 0, LANES - 1 do
    if shares_of[lane] < sizes[lane] then
      least = least and min(least, pass[lane]) or pass[lane]
    end
  end
  for lane = 0, LANES - 1 do
    local ahead = least and shares_of[lane] < sizes[lane] and pass[lane] - least or 0
    state['pass' .. lane] = format('%.17g', ahead)
  end
  return shares_of
end

-- Hands out up to n jobs: appends id, payload and record of each to `out`. Promotes and takes back first.
local function take(out, types, counts)
  take_back(types, counts)
  promote(counts)
  local names = { 'paused', 'token', 'credit' }
  for lane = 0, LANES - 1 do
    names[#names + 1] = 'pass' .. lane
    names[#names + 1] = 'due' .. lane
  end
  local values, state, before = call('HMGET', STATE, unpack(names)), {}, {}
  for i = 1, #names do
    state[names[i]] = values[i] or nil
    before[names[i]] = state[names[i]]
  end
  if n == 0 or state.paused == '1' then
    return
  end
  local sizes = {}
  for lane = 0, LANES - 1 do
    sizes[lane] = call('ZCARD', ready(lane))
  end
  local share, ids, scores = shares(n, sizes, state), {}, {}
  for lane = 0, LANES - 1 do
    local wanted = share[lane]
    if wanted > 0 then
      local popped = {}
      wanted = wanted - aged(lane, wanted, state, popped)
      for _, flat in ipairs({ popped, wanted > 0 and call('ZPOPMIN', ready(lane), wanted) or {} }) do
        local length = #ids
        for i = 1, #flat, 2 do
          length = length + 1
          ids[length], scores[length] = flat[i], flat[i + 1]
        end
      end
    end
  end
  if #ids == 0 then
    return
  end

  local records, payloads = call('HMGET', META, unpack(ids)), call('HMGET', JOB, unpack(ids))
  local token = max(tonumber(state.token or 0) + 1, micros)
  local fence = lease > 0 and 'l' .. struct.pack('>d', token) or 'w' .. UNLEASED
  local metas, leases, gone, gone_records, back, lost, unknown = {}, {}, {}, {}, {}, {}, {}
  local taken, bytes, lease_end = 0, 0, format('%d', now + lease)
  for i = 1, #ids do
    local id, record, payload = ids[i], records[i], payloads[i]
    if not record then
      unknown[#unknown + 1] = id
    elseif not payload then
      lost[#lost + 1] = id -- there is nothing to hand out
      tally(types, sub(record, 36), -1)
    elseif taken > 0 and bytes + #payload > bytes_most then
      put(back, byte(record, 10), scores[i], id)
    else
      taken = taken + 1
      bytes = bytes + #payload
      local leased = fence .. sub(record, 10)
      local length = #out
      out[length + 1] = id
      out[length + 2] = payload
      out[length + 3] = leased
      if lease > 0 then
        local even = 2 * taken
        metas[even - 1] = id
        metas[even] = leased
        leases[even - 1] = lease_end
        leases[even] = id
      else
        gone[taken] = id
        gone_records[taken] = record
      end
      local type = sub(record, 36)
      types[type] = (types[type] or 0) - 1
    end
  end
  add_ready(back)
  if taken > 0 then
    if lease > 0 then
      call('HSET', META, unpack(metas))
      call('ZADD', LEASED, unpack(leases))
      state.token = format('%.0f', token)
      tally(counts, 'claimed', taken)
    else
      forget(gone, gone_records)
      tally(counts, 'taken', taken)
    end
  end
  if #lost > 0 then
    call('HDEL', META, unpack(lost))
    tally(counts, 'lost', #lost)
  end
  if #unknown > 0 then
    bury(unknown, counts)
  end
  local changed = {}
  for name, value in pairs(state) do
    if before[name] ~= value then
      changed[#changed + 1] = name
      changed[#changed + 1] = value
    end
  end
  if #changed > 0 then
    call('HSET', STATE, unpack(changed))
  end
end

-- When there may be something to hand out again, in ms; -1 if nothing is delayed or leased.
local function next_due()
  local due = -1
  local delayed, leased = call('ZRANGE', DELAYED, 0, 0, 'WITHSCORES'), call('ZRANGE', LEASED, 0, 0, 'WITHSCORES')
  if #delayed > 0 then
    due = tonumber(delayed[2])
  end
  if #leased > 0 and (due < 0 or tonumber(leased[2]) < due) then
    due = tonumber(leased[2])
  end
  return due
end

-- Trims a history to its limits, oldest first, at most MOST jobs a call. Answers by how many bytes it shrank.
local function trim(index, most, age, most_bytes, bytes)
  local length = call('ZCARD', index)
  local over = most >= 0 and length - most or 0
  if age >= 0 and length > 0 then
    over = max(over, call('ZCOUNT', index, '-inf', micros - age * 1000))
  end
  over = min(over, MOST)
  local freed, ids = 0, {}
  if over > 0 then
    ids = call('ZRANGE', index, 0, over - 1)
    local records = call('HMGET', META, unpack(ids))
    for i = 1, #ids do
      freed = freed + (records[i] and size_of(records[i]) or 0)
    end
    call('ZREM', index, unpack(ids))
    forget(ids, records)
  end
  local left = MOST - #ids
  while most_bytes >= 0 and bytes - freed > most_bytes and left > 0 do
    local oldest = call('ZRANGE', index, 0, 0)
    if #oldest == 0 then
      break
    end
    local records = call('HMGET', META, oldest[1])
    freed = freed + (records[1] and size_of(records[1]) or 0)
    call('ZREM', index, oldest[1])
    forget(oldest, records)
    left = left - 1
  end
  return freed
end

-- Trims both histories. `counts` has what this call has added to them.
local function trim_histories(counts)
  local known = call('HMGET', STATE, 'done_bytes', 'failed_bytes')
  local done = trim(DONE, history[1], history[2], history[3], tonumber(known[1] or 0) + (counts.done_bytes or 0))
  local failed = trim(FAILED, history[4], history[5], history[6], tonumber(known[2] or 0) + (counts.failed_bytes or 0))
  tally(counts, 'done_bytes', -done)
  tally(counts, 'failed_bytes', -failed)
end

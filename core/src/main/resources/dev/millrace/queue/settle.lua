-- Settle: ends the leases of jobs, each by what became of it, and hands out the next ones in the same trip.
--
-- KEYS     as in the prelude
-- ARGV     2-14 as in take
--          15 after how many failed attempts a job is given up
--          16 a, how many are acknowledged; then a times: id, fence
--          and k, how many are not; then k times: id, fence, verdict, delay in ms, error
--          verdict: r failed, again after the delay; s again after the delay, not a failure; h handed back untouched;
--          c cancelled; x given up at once
-- Result   as of claim, and first one letter for each job: d done, r waits for its next attempt, s snoozed, h handed
--          back, c cancelled, x given up, - the fence is not that of a living lease: nothing was changed
-- Atomic   all of it. The fence is what the record began with when the job was handed out; a lease that ran out and was
--          taken back, or a job that was removed, has another, and so has the same id enqueued anew.
--          A lease that ran out but was not taken back is still its holder's.

local attempts_most = whole(ARGV[15], 1, 65535)
local acks = whole(ARGV[16], 0, MOST)
local nacks = acks and whole(ARGV[17 + 2 * acks], 0, MOST - acks)
if not attempts_most or not nacks or #ARGV ~= 17 + 2 * acks + 5 * nacks then
  return refuse('wanted up to ' .. MOST .. ' jobs to settle')
end
local from = 13 + 2 * acks -- ARGV[from + 5 * i] is the id of nack i, from 1
for i = 1, nacks do
  local verdict, delay = ARGV[from + 5 * i + 2], whole(ARGV[from + 5 * i + 3], 0, 4398046511104)
  if #verdict ~= 1 or not string.find('rshcx', verdict, 1, true) or not delay then
    return refuse('job ' .. (acks + i) .. ' has no verdict that is known')
  end
end

local out, types, counts, answers = { '', now, now + lease, -1 }, {}, {}, {}
if acks + nacks > 0 then
  local ids, settled = {}, {}
  for i = 1, acks do
    ids[i] = ARGV[15 + 2 * i]
  end
  for i = 1, nacks do
    ids[acks + i] = ARGV[from + 5 * i]
  end
  local records = call('HMGET', META, unpack(ids))

  -- Decide. `held` are the jobs whose leases end here.
  local once, held = {}, {}
  local completed, completed_records = {}, {}
  for i = 1, acks do
    local id, record = ids[i], records[i]
    if record and not once[id] and byte(record, 1) == 108 and sub(record, 1, 9) == ARGV[16 + 2 * i] then
      once[id] = true
      held[#held + 1] = id
      completed[#completed + 1] = id
      completed_records[#completed_records + 1] = record
      answers[i] = 'd'
    else
      answers[i] = '-'
    end
  end
  local lanes, delayed, failed, given_up, metas, errors = {}, {}, {}, {}, {}, {}
  for i = 1, nacks do
    local at = from + 5 * i
    local id, record = ids[acks + i], records[acks + i]
    local verdict, delay, error = ARGV[at + 2], tonumber(ARGV[at + 3]), ARGV[at + 4]
    if record and not once[id] and byte(record, 1) == 108 and sub(record, 1, 9) == ARGV[at + 1] then
      once[id] = true
      held[#held + 1] = id
      local attempts = struct.unpack('>H', record, 11)
      if verdict == 'r' then
        attempts = attempts + 1
        if attempts >= attempts_most then
          verdict = 'x'
        end
      end
      local rest = UNLEASED .. sub(record, 10, 10) .. struct.pack('>H', min(attempts, 65535)) .. sub(record, 13)
      metas[#metas + 1] = id
      if verdict == 'x' then
        metas[#metas + 1] = given_up_state .. rest
        given_up[#given_up + 1] = micros + i
        given_up[#given_up + 1] = id
        if not dead_letters then
          tally(counts, 'failed_bytes', size_of(record))
        end
        tally(counts, 'given_up', 1)
      elseif verdict == 'c' then
        metas[#metas + 1] = 'f' .. rest
        failed[#failed + 1] = micros + i
        failed[#failed + 1] = id
        tally(counts, 'failed_bytes', size_of(record))
        tally(counts, 'cancelled', 1)
      else
        if byte(record, 10) >= LANES then
          return refuse('job ' .. (acks + i) .. ' is of a lane that these options do not have')
        end
        metas[#metas + 1] = 'w' .. rest
        if delay > 0 and verdict ~= 'h' then
          delayed[#delayed + 1] = now + delay
          delayed[#delayed + 1] = id
        else
          put(lanes, byte(record, 10), score_of(record), id)
        end
        tally(types, sub(record, 36), 1)
        tally(counts, verdict == 'r' and 'retried' or verdict == 's' and 'snoozed' or 'handed_back', 1)
      end
      if error ~= '' and verdict ~= 's' and verdict ~= 'h' then
        errors[#errors + 1] = id
        errors[#errors + 1] = error
      end
      answers[acks + i] = verdict
    else
      answers[acks + i] = '-'
    end
  end

  -- Write; ZREM first, which is allowed when memory is full: settling frees some.
  if #held > 0 then
    call('ZREM', LEASED, unpack(held))
  end
  if #completed > 0 then
    -- Only as many as history keeps go into it; the others are gone at once.
    local keep = history[1] < 0 and #completed or min(history[1], #completed)
    local first = #completed - keep
    local gone, gone_records, kept = {}, {}, {}
    for i = 1, first do
      gone[i] = completed[i]
      gone_records[i] = completed_records[i]
    end
    for i = 1, keep do
      local id, record = completed[first + i], completed_records[first + i]
      metas[#metas + 1] = id
      metas[#metas + 1] = 'd' .. UNLEASED .. sub(record, 10)
      kept[2 * i - 1] = micros + i
      kept[2 * i] = id
      tally(counts, 'done_bytes', size_of(record))
    end
    forget(gone, gone_records)
    if keep > 0 then
      call('ZADD', DONE, unpack(kept))
    end
    tally(counts, 'completed', #completed)
  end
  if #metas > 0 then
    call('HSET', META, unpack(metas))
  end
  add_ready(lanes)
  if #delayed > 0 then
    call('ZADD', DELAYED, unpack(delayed))
  end
  if #failed > 0 then
    call('ZADD', FAILED, unpack(failed))
  end
  if #given_up > 0 then
    call('ZADD', given_up_index, unpack(given_up))
  end
  if #errors > 0 then
    call('HSET', ERROR, unpack(errors))
  end
  out[1] = table.concat(answers)
end

if n > 0 then
  take(out, types, counts)
end
trim_histories(counts)
count_types(types)
count(counts)
if #out < 4 + 3 * n then
  out[4] = next_due()
end
return out

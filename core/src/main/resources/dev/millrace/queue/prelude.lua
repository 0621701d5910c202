-- Prelude: stands before every script of a queue. Keys, clock, the record of a job, and small tools.
--
-- KEYS, the same for every script; all of one queue, so all with one hash tag
--    1 state    HASH  counters, sequence, last token, pause, turns of the lanes
--    2 job      HASH  id -> payload
--    3 meta     HASH  id -> record, see below
--    4 delayed  ZSET  id -> when it is due, ms
--    5 leased   ZSET  id -> when its lease ends, ms; the only index of what is being handled
--    6 done     ZSET  id -> when it was completed, us
--    7 failed   ZSET  id -> when it ended otherwise, us (history, trimmed)
--    8 dead     ZSET  id -> when it was given up, us (dead letters, never trimmed)
--    9 dedup    ZSET  id -> until when the id counts as seen, ms
--   10 error    HASH  id -> what the last failed attempt said
--   11 types    HASH  type -> how many of it wait (ready or delayed)
--   12..  ready ZSET  id -> score; one per lane, lane 0 first
-- ARGV[1]  the time in ms for tests, or '' for the server's own
--
-- A record, big-endian:
--    1     state   w waits (ready or delayed), l leased, d done, f failed, x dead
--    2-9   token   of the lease, a double; zeros unless leased
--   10     lane
--   11-12  attempts, the handler failed
--   13-14  deliveries, the lease ran out
--   15-18  bytes of the payload
--   19-26  score, a double: (511 - priority) * 2^44 + sequence, exact in 53 bits
--   27-34  when it was enqueued, ms, a double
--   35     progress in percent, 255 for none
--   36-    type
-- What changes with a lease stands first: bytes 1 to 9 are the fence, and handing a job out is one sub and one concat.

local STATE, JOB, META, DELAYED, LEASED = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local DONE, FAILED, DEAD, DEDUP, ERROR, TYPES = KEYS[6], KEYS[7], KEYS[8], KEYS[9], KEYS[10], KEYS[11]
local LANES = #KEYS - 11
local SEQUENCES = 17592186044416 -- 2^44
local UNLEASED = '\0\0\0\0\0\0\0\0'
local FORGIVEN = '\0\0\0\0' -- no attempts, no deliveries
local MOST = 1000 -- ids in one call
local BATCH = 500 -- jobs that a claim promotes or takes back at the most

local call = redis.call
local byte, char, sub, format = string.byte, string.char, string.sub, string.format
local floor, max, min = math.floor, math.max, math.min

local function ready(lane)
  return KEYS[12 + lane]
end

local function refuse(why)
  return redis.error_reply('ERR queue: ' .. why)
end

-- The whole number in a text, if it is one and in its range; otherwise nil.
local function whole(text, least, most)
  local number = tonumber(text)
  if number and number == floor(number) and number >= least and number <= most then
    return number
  end
  return nil
end

local micros
if ARGV[1] == '' then
  local time = call('TIME')
  micros = time[1] * 1000000 + time[2]
else
  micros = (whole(ARGV[1], 0, 4398046511104) or -1) * 1000
end
local now = floor(micros / 1000)

local function size_of(record)
  return (struct.unpack('>I4', record, 15))
end

local function score_of(record)
  return (struct.unpack('>d', record, 19))
end

-- Adds to one of several lists by key: {lane -> {score, id, score, id}}.
local function put(lists, key, score, id)
  local list = lists[key]
  if not list then
    list = {}
    lists[key] = list
  end
  local length = #list
  list[length + 1] = score
  list[length + 2] = id
end

local function add_ready(lists)
  for lane, list in pairs(lists) do
    call('ZADD', ready(lane), unpack(list))
  end
end

local function tally(counts, type, by)
  counts[type] = (counts[type] or 0) + by
end

-- Changes the number of waiting jobs by type; a type that none waits of leaves no trace.
local function count_types(counts)
  for type, by in pairs(counts) do
    if by ~= 0 and call('HINCRBY', TYPES, type, by) <= 0 then
      call('HDEL', TYPES, type)
    end
  end
end

-- Adds to the counters of the queue.
local function count(counts)
  for name, by in pairs(counts) do
    if by ~= 0 then
      call('HINCRBY', STATE, name, by)
    end
  end
end

-- Whether there may be an error text for a job: it has failed, or ended badly.
local function has_error(record)
  local state = byte(record, 1)
  return sub(record, 11, 14) ~= FORGIVEN or state == 102 or state == 120
end

-- What an index had and no record is known of: with a payload it becomes a dead letter, without one it is lost.
local function bury(ids, counts)
  local payloads, lost = call('HMGET', JOB, unpack(ids)), {}
  for i = 1, #ids do
    local id, payload = ids[i], payloads[i]
    if payload then
      call('HSET', META, id, 'x' .. UNLEASED .. '\0' .. FORGIVEN .. struct.pack('>I4dd', #payload, 511 * SEQUENCES, now) .. '\255')
      call('ZADD', DEAD, micros, id)
      call('HSET', ERROR, id, 'found without its record')
    else
      lost[#lost + 1] = id
    end
  end
  tally(counts, 'lost', #lost)
end

-- Deletes what is known of jobs that are in no index any more.
local function forget(ids, records)
  if #ids == 0 then
    return
  end
  call('HDEL', JOB, unpack(ids))
  call('HDEL', META, unpack(ids))
  local failures = {}
  for i = 1, #ids do
    if records[i] and has_error(records[i]) then
      failures[#failures + 1] = ids[i]
    end
  end
  if #failures > 0 then
    call('HDEL', ERROR, unpack(failures))
  end
end

if micros < 0 then
  return refuse('the time of a test is a whole number of milliseconds')
end

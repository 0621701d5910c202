-- Stores parts of one flight, each once however often it comes: a part has a name, made of what it was sent with and its place in that.
--
-- KEYS[1]  track: HASH, name -> digest of what it was sent with (8 bytes), place of its first point (4), its points (22 each)
-- KEYS[2]  about: HASH of what is counted while parts are stored
-- KEYS[3]  problems: LIST of texts, the first ones
-- ARGV[1]  the time now, ms
-- ARGV[2]  for how long the flight is kept after this, ms
-- ARGV[3]  points that a flight may have
-- ARGV[4]  problems that are kept
-- ARGV[5]  number of parts, then for each: name, value for the track, points stored, points rejected, earliest and latest time
--          (ms, empty if none is stored), source, number of problems, how many of them follow, the texts of these
--
-- Answers how many points were stored that were not there. All of it is atomic. A flight that is full takes no more parts; their
-- points are counted as rejected each time they come.

local track, about, problems = KEYS[1], KEYS[2], KEYS[3]
local now, kept, most, told = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])

local known = redis.call('HMGET', about, 'points', 'rejected', 'problems', 'first', 'last')
local points = tonumber(known[1] or 0)
local rejected = tonumber(known[2] or 0)
local wrong = tonumber(known[3] or 0)
local first, last = tonumber(known[4] or nil), tonumber(known[5] or nil)
local texts = redis.call('LLEN', problems)
local stored = 0
local source

local function tell(text)
  if texts < told then
    redis.call('RPUSH', problems, text)
    texts = texts + 1
  end
end

local at = 6
for _ = 1, tonumber(ARGV[5]) do
  local name, value, its = ARGV[at], ARGV[at + 1], tonumber(ARGV[at + 2])
  local follow = tonumber(ARGV[at + 8])
  if points + its > most then
    rejected = rejected + its
    wrong = wrong + 1
    tell('the flight is full: it may have ' .. ARGV[3] .. ' points')
  elseif redis.call('HSETNX', track, name, value) == 1 then
    points = points + its
    stored = stored + its
    rejected = rejected + tonumber(ARGV[at + 3])
    local earliest, latest = tonumber(ARGV[at + 4]), tonumber(ARGV[at + 5])
    if earliest and (not first or earliest < first) then first = earliest end
    if latest and (not last or latest > last) then last = latest end
    wrong = wrong + tonumber(ARGV[at + 7])
    for i = 1, follow do
      tell(ARGV[at + 8 + i])
    end
  end
  source = ARGV[at + 6]
  at = at + 9 + follow
end

redis.call('HSET', about, 'points', points, 'rejected', rejected, 'problems', wrong, 'updated', now, 'source', source)
redis.call('HSETNX', about, 'created', now)
if first then
  redis.call('HSET', about, 'first', string.format('%.0f', first), 'last', string.format('%.0f', last))
end
redis.call('PEXPIRE', track, kept)
redis.call('PEXPIRE', about, kept)
redis.call('PEXPIRE', problems, kept)
return stored

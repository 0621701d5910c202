-- Exchange: reads and changes of records, one after the other.
--
-- KEYS     1 meta      HASH   seq: the number of the last change of any record
--          2 homes     ZSET   PROCESS:INCARNATION:ID, score 0
--          3 owners    ZSET   OWNER:ID, score 0
--          4 events    STREAM a change an entry
--          then two for each record: its critical fields (HASH), its others (HASH, with #ver, #home and #born)
-- ARGV     1 the name of the field that is the owner, or ""  2 how many entries the stream keeps, about
--          3 the home that asks: PROCESS:INCARNATION
--          then for each record: op, id, expected, and four counts with so many arguments behind them: names and values
--          of critical fields, names and values of others, names of critical fields to remove, names of others to remove
-- op       r read  w write  t write and answer the whole  n new  d delete  e delete what was born with the expected
--          change  x delete what has the expected home, whose process is dead
-- expected the version that the record must have, or "*"; of n "" if it must not be there; of e #born; of x #home; of r and
--          t the version that is known: where the record has it, the whole is not answered
-- Result   one for each record: {1, version} done, of r and t with the whole behind; {0, version, whole} for another
--          version or home; {2} for no such record. The whole: fields of both hashes as HGETALL has them.
-- Atomic   all of it. A record's version is the number of its last change; no two changes of the state have the same,
--          and the stream has them in this order, without a gap.

local call = redis.call
local meta, homes, owners, events = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local owner, keep, by = ARGV[1], ARGV[2], ARGV[3]

-- A name as a part of a key or a member, as EscapedName has it.
local function escaped(name)
  return (string.gsub(name, '[^%w%._%-]', function(c)
    return string.format('%%%02X', string.byte(c))
  end))
end

local function whole(status, version, c, v)
  return { status, version or '0', call('HGETALL', c), call('HGETALL', v) }
end

local function left_owner(id, old)
  if old then
    call('ZREM', owners, escaped(old) .. ':' .. id)
  end
end

-- Adds ARGV[from..to] to a list.
local function append(list, from, to)
  local n = #list
  for i = from, to do
    n = n + 1
    list[n] = ARGV[i]
  end
end

-- What an entry of the stream begins with, in one field: a field each would cost more than all the rest.
local function head(op, id, now, before)
  return op .. ' ' .. id .. ' ' .. string.format('%d', now) .. ' ' .. before .. ' ' .. by
end

local function remove(op, id, version, home, c, v)
  if owner ~= '' then
    left_owner(id, call('HGET', c, owner))
  end
  -- Allowed when out of memory; what follows is not refused any more then.
  call('DEL', c, v)
  call('ZREM', homes, home .. ':' .. id)
  local now = call('HINCRBY', meta, 'seq', 1)
  call('XADD', events, 'MAXLEN', '~', keep, '*', '#', head(op, id, now, version))
  return now
end

local answers = {}
local key, at = 5, 4
while at <= #ARGV do
  local c, v = KEYS[key], KEYS[key + 1]
  local op, id, expected = ARGV[at], ARGV[at + 1], ARGV[at + 2]
  local first = at + 7
  local first_v = first + ARGV[at + 3]
  local first_xc = first_v + ARGV[at + 4]
  local first_xv = first_xc + ARGV[at + 5]
  local behind = first_xv + ARGV[at + 6]
  local kept = call('HMGET', v, '#ver', '#home', '#born')
  local version, home = kept[1], kept[2]
  local answer
  if not version and op ~= 'n' then
    answer = { 2 }
  elseif op == 'r' then
    answer = version == expected and { 1, version } or whole(1, version, c, v)
  elseif op == 'x' or op == 'e' then
    local is = op == 'x' and home or kept[3]
    answer = is == expected and { 1, remove(op, id, version, home, c, v) } or whole(0, version, c, v)
  elseif op ~= 't' and expected ~= '*' and (version or '') ~= expected then
    answer = whole(0, version, c, v)
  elseif op == 'd' then
    answer = { 1, remove(op, id, version, home, c, v) }
  else
    -- The first write, refused when out of memory before anything is changed.
    local now = call('HINCRBY', meta, 'seq', 1)
    local event = { 'XADD', events, 'MAXLEN', '~', keep, '*', '#', head(op == 'n' and 'n' or 'w', id, now, version or '0') }
    if op == 'n' then
      if version then
        if owner ~= '' then
          left_owner(id, call('HGET', c, owner))
        end
        call('DEL', c, v)
        call('ZREM', homes, home .. ':' .. id)
      end
      call('ZADD', homes, 0, by .. ':' .. id)
    end
    local others = { 'HSET', v, '#ver', now }
    if op == 'n' then
      others[5], others[6], others[7], others[8] = '#home', by, '#born', now
    end
    if first_v > first then
      if owner ~= '' then
        for i = first, first_v - 1, 2 do
          if ARGV[i] == owner then
            left_owner(id, call('HGET', c, owner))
            call('ZADD', owners, 0, escaped(ARGV[i + 1]) .. ':' .. id)
          end
        end
      end
      call('HSET', c, unpack(ARGV, first, first_v - 1))
      append(event, first, first_v - 1)
    end
    if first_xc > first_v then
      append(others, first_v, first_xc - 1)
      append(event, first_v, first_xc - 1)
    end
    call(unpack(others))
    for i = first_xc, behind - 1 do
      if ARGV[i] == owner then
        left_owner(id, call('HGET', c, owner))
      end
      call('HDEL', i < first_xv and c or v, ARGV[i])
      event[#event + 1] = '-' .. ARGV[i]
      event[#event + 1] = ''
    end
    call(unpack(event))
    answer = op == 't' and version ~= expected and whole(1, now, c, v) or { 1, now }
  end
  answers[#answers + 1] = answer
  key, at = key + 2, behind
end
return answers

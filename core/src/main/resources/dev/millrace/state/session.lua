-- Session: one HTTP session, read and changed.
--
-- KEYS     1 session HASH  #ver, #created (ms, server), #idle (ms); attributes, each name behind a colon
--          2 of rotate: the session by its new id
-- ARGV     1 op  2 idle time in ms where the session has none of its own  3 the version that is known  4 how many arguments
--          are names and values to set, then these, then names to remove
-- op       new     a session, if there is none of this id
--          load    reads it, and its idle time begins anew
--          save    sets and removes, and its idle time begins anew
--          rotate  as save, and then it has another id
--          end     removes it
-- Result   {0} no such session, of new and rotate also: the id is taken; else {1, version, version before}, of load with all
--          fields behind it unless the version is the known one
-- Atomic   all of it. A session that has ended is not made again by a late save.

local call = redis.call
local session = KEYS[1]
local op, idle, known, sets = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
local kept = call('HMGET', session, '#ver', '#idle')
local before = kept[1]

if op == 'end' then
  return { call('DEL', session) }
end
if op == 'new' then
  if before then
    return { 0 }
  end
  local time = call('TIME')
  call('HSET', session, '#ver', 0, '#created', string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000)))
elseif not before then
  return { 0 }
end
if op == 'rotate' and call('EXISTS', KEYS[2]) == 1 then
  return { 0 }
end
local version = before
if op ~= 'load' then
  version = call('HINCRBY', session, '#ver', 1)
  if sets > 0 then
    call('HSET', session, unpack(ARGV, 5, 4 + sets))
  end
  if #ARGV > 4 + sets then
    call('HDEL', session, unpack(ARGV, 5 + sets, #ARGV))
  end
  kept = call('HMGET', session, '#ver', '#idle')
end
call('PEXPIRE', session, kept[2] or idle)
if op == 'rotate' then
  call('RENAME', session, KEYS[2])
elseif op == 'load' and version ~= known then
  return { 1, version, version, call('HGETALL', session) }
end
return { 1, version, before or '0' }

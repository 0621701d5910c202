-- Open: what a client asks before it first uses a queue.
--
-- KEYS     as in the prelude
-- ARGV     2 n, then the names of the lanes in their order
-- Result   {'' or the lanes that the queue has, separated by commas; what the server evicts, '' where it may not be asked}
-- Atomic   all of it. The lanes are written down by whoever comes first; more may be added behind them later.

local names = {}
for i = 3, #ARGV do
  names[#names + 1] = ARGV[i]
end
if #names ~= LANES or whole(ARGV[2], 1, 64) ~= LANES then
  return refuse('wanted a name for each lane')
end
local mine, theirs = table.concat(names, ','), call('HGET', STATE, 'lanes') or ''
local conflict = ''
if theirs ~= mine then
  if theirs == '' or sub(mine, 1, #theirs + 1) == theirs .. ',' then
    call('HSET', STATE, 'lanes', mine)
  elseif sub(theirs, 1, #mine + 1) ~= mine .. ',' then
    conflict = theirs
  end
end
local info = redis.pcall('INFO', 'memory')
local policy = type(info) == 'string' and string.match(info, 'maxmemory_policy:([%w%-]+)') or ''
return { conflict, policy }

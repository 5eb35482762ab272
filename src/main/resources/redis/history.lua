-- Reads a stream's position and a page of what it retains, at one moment. Makes the stream's epoch where there is none.
-- KEYS: meta, stream
local meta_key, stream = KEYS[1], KEYS[2]
-- ARGV: milliseconds that a publication and the meta live; the epoch, should the stream begin
local ttl, meta_ttl, candidate = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3]
-- the last position that the reading node knows, with its time
local known_epoch, known_offset, known_time = ARGV[4], tonumber(ARGV[5]), tonumber(ARGV[6])
-- the page: offsets beyond (backwards: below) since, -1 = from that end; how many; whether backwards
local since, limit, reverse = tonumber(ARGV[7]), tonumber(ARGV[8]), ARGV[9] == '1'
-- bytes of publications in the page at most, but one publication at least
local most = tonumber(ARGV[10])
-- Returns epoch, top, time of the top, oldest retained offset, then id and publication of each entry.

-- Entries that are looked at together: what is beyond the bytes was read for nothing.
local CHUNK = 32

local meta = load(meta_key, stream, candidate, meta_ttl, known_epoch, known_offset, known_time)
expire(stream, ttl)
local oldest = redis.call('XRANGE', stream, '-', '+', 'COUNT', 1)[1]
local answer = { meta.epoch, text(meta.offset), text(meta.time), oldest and text(offset_of(oldest[1])) or text(meta.offset + 1) }
local left, bytes, from = oldest and limit or 0, 0, text(since + 1)
if reverse then
  from = since < 0 and '+' or text(since - 1)
  left = since == 0 and 0 or left
elseif since < 0 then
  from = '-'
end
while left > 0 do
  local page = redis.call(reverse and 'XREVRANGE' or 'XRANGE', stream, from, reverse and '-' or '+', 'COUNT', math.min(left, CHUNK))
  for _, entry in ipairs(page) do
    bytes = bytes + #entry[2][2]
    if bytes > most and #answer > 4 then
      return answer
    end
    answer[#answer + 1] = entry[1]
    answer[#answer + 1] = entry[2][2]
    from = text(offset_of(entry[1]) + (reverse and -1 or 1))
  end
  left = #page < CHUNK and 0 or left - #page
  if from == '0' then
    break -- backwards, and 1 was the last
  end
end
return answer

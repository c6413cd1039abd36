using System.Buffers;
using System.Text.Json;

namespace XdpAudit.Agent;

internal sealed partial class NoticeSpool
{
    private const int Window = 256 << 10;

    // What the last Peek gave and has not been removed: the place behind each. The last may be the loss that stands in no segment yet.
    private readonly List<Mark> _given = [];
    private ulong _toldUpTo;

    private bool IsLossGiven => _given is [.., { Loss: true }];

    /// <summary>
    /// The oldest notices, oldest first; at least one when there is any. Where some cannot be read any more stands a <see cref="LossNotice"/>
    /// with their number.
    /// </summary>
    internal IReadOnlyList<KernelNotice> Peek(int atMost)
    {
        lock (_turn)
        {
            _given.Clear();
            var found = new List<KernelNotice>();
            var at = _position;
            foreach (var segment in _segments)
            {
                if (found.Count >= atMost)
                {
                    return found;
                }

                at = Read(segment, at.Segment == segment.First ? at : at with { Segment = segment.First, Offset = 0 }, found, atMost);
            }

            if (found.Count < atMost && at.Number < _next)
            {
                at = Miss(at, _next, null, found);
            }

            if (found.Count < atMost && _losses.Count > 0)
            {
                _losses = [_losses.Aggregate((a, b) => a.And(b))];
                found.Add(_losses[0].Notice(null));
                _given.Add(new(at, true));
            }

            return found;
        }
    }

    /// <summary>What <see cref="Peek"/> gave first is in the journal now, and is not given again.</summary>
    /// <param name="count">How many of it; at most what the last call gave, less what has been removed since.</param>
    internal void Remove(int count)
    {
        lock (_turn)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(count);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _given.Count);
            if (count == 0)
            {
                return;
            }

            var last = _given[count - 1];
            _given.RemoveRange(0, count);
            _position = last.Behind;
            if (last.Loss)
            {
                _losses.RemoveAt(0);
                _losing = _losses.Count > 0;
            }

            var consumed = _segments.TakeWhile(s => s.First < _position.Segment || (s.First == _position.Segment && s.Length <= _position.Offset)).ToList();
            _segments.RemoveRange(0, consumed.Count);
            if (consumed.Count > 0 && consumed[^1].First >= _position.Segment)
            {
                _position = _position with { Segment = _segments.FirstOrDefault()?.First ?? _next, Offset = 0 };
            }

            // In this order: killed in between, a segment is left that the position is behind, and whoever opens the spool removes it.
            Save();
            consumed.ForEach(s => Try(s.Delete));
            if (_stateTrouble)
            {
                Save(); // now there may be room for it
            }
        }
    }

    private SpoolPosition Read(SpoolSegment segment, SpoolPosition at, List<KernelNotice> found, int atMost)
    {
        var size = Window;
        while (found.Count < atMost && at.Offset < segment.Length)
        {
            var rest = segment.Length - at.Offset;
            var length = (int)Math.Min(size, rest);
            var bytes = ArrayPool<byte>.Shared.Rent(length);
            try
            {
                segment.Read(at.Offset, bytes.AsSpan(0, length));
                var next = Take(new(bytes.AsSpan(0, length), length == rest), at, found, atMost);
                if (next.Offset == at.Offset && found.Count < atMost)
                {
                    if (length == rest)
                    {
                        break;
                    }

                    size = int.MaxValue; // damaged, or a record larger than the window: seen whole, it is known which
                }

                at = next;
            }
            catch (Exception unreadable) when (IsDisk(unreadable))
            {
                break; // its notices are missing to the numbers that come next, and told there
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(bytes);
            }
        }

        return found.Count < atMost ? at with { Offset = segment.Length } : at;
    }

    private SpoolPosition Take(SpoolCursor cursor, SpoolPosition at, List<KernelNotice> found, int atMost)
    {
        var start = at.Offset;
        while (found.Count < atMost && cursor.Next(out var number, out var text))
        {
            var behind = start + cursor.End;
            if (text[0] != '{')
            {
                at = at with { Offset = behind }; // the boot, at the beginning
                continue;
            }

            if (TryParse(text) is not { } notice)
            {
                at = at with { Offset = behind }; // its number is missing then, as if it were damaged
                continue;
            }

            if (number > at.Number)
            {
                at = Miss(at with { Offset = start + cursor.Start }, number, notice.BootNs, found);
                if (found.Count >= atMost)
                {
                    return at;
                }
            }

            found.Add(notice);
            at = at with { Offset = behind, Number = Math.Max(at.Number, number + 1), BootNs = notice.BootNs };
            _given.Add(new(at, false));
        }

        return at;
    }

    private SpoolPosition Miss(SpoolPosition at, ulong upTo, ulong? nextBootNs, List<KernelNotice> found)
    {
        var missing = upTo - at.Number;
        if (upTo > _toldUpTo)
        {
            _logger.SpoolDamaged(_directory, missing);
            _toldUpTo = upTo;
        }

        found.Add(new SpoolLoss(missing, at.BootNs, nextBootNs, "they were damaged on the disk on which they waited for the journal", at.Number).Notice(nextBootNs));
        at = at with { Number = upTo };
        _given.Add(new(at, false));
        return at;
    }

    private static KernelNotice? TryParse(ReadOnlySpan<byte> text)
    {
        try
        {
            return NoticeJson.Read(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed record Mark(SpoolPosition Behind, bool Loss);
}

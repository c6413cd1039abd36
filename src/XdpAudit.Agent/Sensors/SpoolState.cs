using System.Text.Json;
using System.Text.Json.Serialization;

namespace XdpAudit.Agent;

/// <summary>A place in a spool: everything before it has been removed.</summary>
/// <param name="Segment">The first number of the segment.</param>
/// <param name="Offset">The byte in it.</param>
/// <param name="Number">The number of the record that should come next.</param>
/// <param name="BootNs">The moment of the notice before it; 0 when there was none.</param>
internal sealed record SpoolPosition(ulong Segment, long Offset, ulong Number, ulong BootNs);

/// <summary>Notices that could not be kept, and stand behind everything that was.</summary>
/// <param name="Count">How many at least.</param>
/// <param name="SinceBootNs">Not before.</param>
/// <param name="UntilBootNs">Not after; null when that is the moment of whatever comes next.</param>
/// <param name="Why">In words.</param>
/// <param name="Number">The number its record will have: once that is written, this is told.</param>
internal sealed record SpoolLoss(ulong Count, ulong SinceBootNs, ulong? UntilBootNs, string Why, ulong Number)
{
    // A spool that is full for hours for ever new reasons must not outgrow its slot.
    private const int LongestWhy = 280;

    internal SpoolLoss And(SpoolLoss later) => this with
    {
        Count = Count + later.Count,
        SinceBootNs = Math.Min(SinceBootNs, later.SinceBootNs),
        UntilBootNs = UntilBootNs is null ? later.UntilBootNs : Math.Max(UntilBootNs.Value, later.UntilBootNs ?? 0),
        Why = Why.Contains(later.Why, StringComparison.Ordinal) || Why.Length + later.Why.Length > LongestWhy ? Why : $"{Why}; {later.Why}",
    };

    internal LossNotice Notice(ulong? nextBootNs) => new(Count, SinceBootNs, Why)
    {
        BootNs = Math.Max(UntilBootNs ?? nextBootNs ?? 0, SinceBootNs),
        Tier = SensorTiers.Spool,
        Actor = new Actor.Unknown("what named it is lost"),
    };
}

/// <summary>What is known of a spool beside its segments.</summary>
internal sealed record SpoolState(string Boot, SpoolPosition Position, IReadOnlyList<SpoolLoss> Losses);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(SpoolState))]
internal sealed partial class SpoolJson : JsonSerializerContext;

/// <summary>
/// The file with the state of a spool, and the lock on it: whoever has it open is the only one. Two slots, written in turn and in place, so that one is
/// always whole and a full disk does not matter.
/// </summary>
internal sealed class SpoolStateFile : IDisposable
{
    private const int SlotBytes = 4096;
    private readonly FileStream _file;
    private readonly byte[] _slot = new byte[SlotBytes];
    private ulong _written;

    /// <exception cref="IOException">The file cannot be made, or another process has it open.</exception>
    internal SpoolStateFile(string directory) => _file = new(Path.Combine(directory, "state"), new FileStreamOptions
    {
        Mode = FileMode.OpenOrCreate,
        Access = FileAccess.ReadWrite,
        Share = FileShare.None,
        BufferSize = 0,
        UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
    });

    /// <summary>What was written last; null when there is nothing, or nothing sound.</summary>
    internal SpoolState? Read()
    {
        SpoolState? last = null;
        for (var slot = 0; slot < 2; slot++)
        {
            var read = RandomAccess.Read(_file.SafeFileHandle, _slot, slot * SlotBytes);
            if (SpoolRecord.TryRead(_slot.AsSpan(0, read), out var number, out var text) && number > _written)
            {
                last = Parse(text);
                _written = number;
            }
        }

        return last;
    }

    private static SpoolState? Parse(ReadOnlySpan<byte> text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, SpoolJson.Default.SpoolState);
        }
        catch (JsonException)
        {
            return null; // an auditor of another version wrote it: as good as not there
        }
    }

    /// <exception cref="IOException">It is not written; what was written before still is.</exception>
    internal void Write(SpoolState state)
    {
        _slot.AsSpan().Clear();
        var text = JsonSerializer.SerializeToUtf8Bytes(state, SpoolJson.Default.SpoolState);
        text.CopyTo(_slot, SpoolRecord.HeadBytes);
        SpoolRecord.Seal(_slot.AsSpan(0, SpoolRecord.HeadBytes + text.Length), _written + 1);
        RandomAccess.Write(_file.SafeFileHandle, _slot, (long)((_written + 1) % 2) * SlotBytes);
        _written++;
    }

    public void Dispose() => _file.Dispose();
}

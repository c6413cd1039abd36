using System.Text.Json;
using System.Text.Json.Serialization;

namespace XdpAudit.Agent;

/// <summary>An event that a receiver will never take, as it is put aside.</summary>
internal sealed record DeadLetter(DateTimeOffset At, string Why, AuditEnvelope Envelope);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DeadLetter))]
internal sealed partial class DeadLetterJson : JsonSerializerContext;

/// <summary>
/// What a receiver will never take, with the reason, one line of JSON each. Two files, so that it is bounded: when the younger is full it takes the older's
/// place. The events themselves are in the journal and stay there; this says which of them are missing elsewhere.
/// </summary>
/// <param name="directory">Where; null to keep none.</param>
internal sealed class DeadLetters(string? directory, long largest = 16 << 20)
{
    /// <summary>The younger file; null when none is kept.</summary>
    internal string? File => directory is null ? null : Path.Combine(directory, "dead-letters.jsonl");

    /// <summary>Puts them aside; when this returns they are on disk.</summary>
    /// <exception cref="IOException">They are not; then they must not be called dealt with.</exception>
    internal void Add(IReadOnlyList<(AuditEnvelope Envelope, string Why)> refused, DateTimeOffset now)
    {
        if (File is not { } path || refused.Count == 0)
        {
            return;
        }

        PrivateFiles.MakeDirectory(directory!);
        if (new FileInfo(path) is { Exists: true } file && file.Length >= largest)
        {
            System.IO.File.Move(path, path + ".1", overwrite: true);
        }

        using var stream = PrivateFiles.Open(path, FileMode.OpenOrCreate);
        var before = EndOfWholeLines(stream);
        stream.SetLength(before);
        stream.Position = before;
        try
        {
            foreach (var (envelope, why) in refused)
            {
                stream.Write([.. JsonSerializer.SerializeToUtf8Bytes(new(now, why, envelope), DeadLetterJson.Default.DeadLetter), (byte)'\n']);
            }

            stream.Flush(flushToDisk: true);
        }
        catch
        {
            stream.SetLength(before);
            throw;
        }
    }

    // What a crash left of a line was never called put aside: it comes again.
    private static long EndOfWholeLines(FileStream stream)
    {
        var buffer = new byte[1 << 16];
        for (var end = stream.Length; end > 0; end = Math.Max(0, end - buffer.Length))
        {
            var begin = Math.Max(0, end - buffer.Length);
            var read = RandomAccess.Read(stream.SafeFileHandle, buffer.AsSpan(0, (int)(end - begin)), begin);
            if (buffer.AsSpan(0, read).LastIndexOf((byte)'\n') is >= 0 and var at)
            {
                return begin + at + 1;
            }
        }

        return 0;
    }
}

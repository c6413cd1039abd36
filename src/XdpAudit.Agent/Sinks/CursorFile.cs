using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace XdpAudit.Agent;

/// <summary>The last entry of a journal that was dealt with.</summary>
/// <param name="Position">Its position; 0 before the first.</param>
/// <param name="RecordedAt">When it was recorded, which tells its journal from another; null where nothing was delivered yet.</param>
internal sealed record SinkPlace(long Position, DateTimeOffset? RecordedAt);

/// <summary>How far a sink has come.</summary>
/// <param name="Journals">By journal.</param>
/// <param name="DeadLetters">How many were put aside, ever.</param>
internal sealed record SinkCursor(ImmutableDictionary<string, SinkPlace> Journals, long DeadLetters)
{
    internal static SinkCursor None { get; } = new(ImmutableDictionary<string, SinkPlace>.Empty, 0);

    internal SinkCursor To(string journal, SinkPlace place, int refused) => new(Journals.SetItem(journal, place), DeadLetters + refused);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(SinkCursor))]
internal sealed partial class CursorJson : JsonSerializerContext;

/// <summary>Keeps a cursor: written beside the old one, synced, and put in its place, so that there is always a whole one.</summary>
/// <param name="directory">Where; null to keep it in memory.</param>
internal sealed class CursorFile(string? directory)
{
    private string Path => System.IO.Path.Combine(directory!, "cursor");

    /// <summary>What was kept, and why it could not be read.</summary>
    internal (SinkCursor Cursor, string? Damage) Read()
    {
        if (directory is null || !File.Exists(Path))
        {
            return (SinkCursor.None, null);
        }

        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(Path), CursorJson.Default.SinkCursor) is { Journals: not null } cursor && cursor.Journals.Values.All(p => p is { Position: >= 0 })
                ? (cursor, null)
                : (SinkCursor.None, "it holds no positions");
        }
        catch (JsonException)
        {
            return (SinkCursor.None, "it is damaged");
        }
    }

    /// <summary>Keeps it; returns why it could not be. Then the same is delivered again after the next start, and nothing is lost.</summary>
    internal string? Write(SinkCursor cursor)
    {
        if (directory is null)
        {
            return null;
        }

        try
        {
            PrivateFiles.MakeDirectory(directory);
            using (var file = PrivateFiles.Open(Path + ".new", FileMode.Create))
            {
                file.Write(JsonSerializer.SerializeToUtf8Bytes(cursor, CursorJson.Default.SinkCursor));
                file.Flush(flushToDisk: true);
            }

            File.Move(Path + ".new", Path, overwrite: true);
            return null;
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            return cause.Message;
        }
    }
}

/// <summary>Files that nobody but us may read: events tell of command lines and paths.</summary>
internal static class PrivateFiles
{
    internal static void MakeDirectory(string directory) => Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

    internal static FileStream Open(string path, FileMode mode) => new(path, new FileStreamOptions
    {
        Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.Read, BufferSize = 0, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
    });
}

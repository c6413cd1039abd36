using System.Text;
using System.Text.Json;

namespace XdpAudit.Agent;

/// <summary>Records that are written at once.</summary>
internal sealed class SpoolBatch : IDisposable
{
    private readonly MemoryStream _bytes = new();
    private readonly Utf8JsonWriter _json = new(Stream.Null);

    internal int Length => (int)_bytes.Length;

    internal ReadOnlySpan<byte> Bytes => _bytes.GetBuffer().AsSpan(0, Length);

    internal void Add(string text, ulong number)
    {
        var start = Begin();
        _bytes.Write(Encoding.UTF8.GetBytes(text));
        Seal(start, number);
    }

    internal void Add(KernelNotice notice, ulong number)
    {
        var start = Begin();
        _json.Reset(_bytes);
        JsonSerializer.Serialize(_json, notice, NoticeJson.Default.KernelNotice);
        Seal(start, number);
    }

    /// <summary>Takes back what is behind a byte.</summary>
    internal void Cut(int length) => _bytes.SetLength(length);

    public void Dispose()
    {
        _json.Dispose();
        _bytes.Dispose();
    }

    private int Begin()
    {
        var start = Length;
        _bytes.SetLength(start + SpoolRecord.HeadBytes);
        _bytes.Position = _bytes.Length;
        return start;
    }

    private void Seal(int start, ulong number) => SpoolRecord.Seal(_bytes.GetBuffer().AsSpan(start, Length - start), number);
}

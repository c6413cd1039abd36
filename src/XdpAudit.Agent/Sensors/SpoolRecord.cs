using System.Buffers.Binary;
using System.Numerics;

namespace XdpAudit.Agent;

/// <summary>
/// The form of everything in a spool, little endian: length of the text (4 bytes), CRC32C of all but itself (4), number (8), text. The number is there
/// so that after damage it is known how many records are missing.
/// </summary>
internal static class SpoolRecord
{
    internal const int HeadBytes = 16;

    /// <summary>Fills in the head of a record whose text is in place.</summary>
    internal static void Seal(Span<byte> record, ulong number)
    {
        BinaryPrimitives.WriteInt32LittleEndian(record, record.Length - HeadBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(record[8..], number);
        BinaryPrimitives.WriteUInt32LittleEndian(record[4..], Checksum(record));
    }

    /// <summary>Reads the record at the beginning of the bytes; false when there is no whole and sound one.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> bytes, out ulong number, out ReadOnlySpan<byte> text)
    {
        number = 0;
        text = default;
        if (bytes.Length <= HeadBytes || BinaryPrimitives.ReadInt32LittleEndian(bytes) is not (> 0 and var length) || length > bytes.Length - HeadBytes)
        {
            return false;
        }

        var record = bytes[..(HeadBytes + length)];
        if (BinaryPrimitives.ReadUInt32LittleEndian(record[4..]) != Checksum(record))
        {
            return false;
        }

        number = BinaryPrimitives.ReadUInt64LittleEndian(record[8..]);
        text = record[HeadBytes..];
        return true;
    }

    /// <summary>
    /// Where the first sound record with JSON begins behind damaged bytes; -1 when there is none. After a damaged length there is no other way
    /// than to try every place.
    /// </summary>
    internal static int Find(ReadOnlySpan<byte> bytes)
    {
        for (var at = 1; at < bytes.Length - HeadBytes; at++)
        {
            // The brackets are looked at first: a checksum at every place would take minutes.
            if (bytes[at + HeadBytes] == '{'
                && BinaryPrimitives.ReadInt32LittleEndian(bytes[at..]) is > 0 and var length
                && length <= bytes.Length - HeadBytes - at
                && bytes[at + HeadBytes + length - 1] == '}'
                && TryRead(bytes[at..], out _, out _))
            {
                return at;
            }
        }

        return -1;
    }

    private static uint Checksum(ReadOnlySpan<byte> record)
    {
        var sum = BitOperations.Crc32C(uint.MaxValue, BinaryPrimitives.ReadUInt32LittleEndian(record));
        var rest = record[8..];
        for (; rest.Length >= 8; rest = rest[8..])
        {
            sum = BitOperations.Crc32C(sum, BinaryPrimitives.ReadUInt64LittleEndian(rest));
        }

        foreach (var one in rest)
        {
            sum = BitOperations.Crc32C(sum, one);
        }

        return ~sum;
    }
}

/// <summary>Goes from record to record of a segment. What is damaged is passed over.</summary>
/// <param name="bytes">Bytes of the segment.</param>
/// <param name="whole">They go to the segment's end: what is no record here is damaged, and not only cut off by the reader.</param>
internal ref struct SpoolCursor(ReadOnlySpan<byte> bytes, bool whole)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>The end of the last record found; where nothing more is found in whole bytes, still that.</summary>
    internal int End { get; private set; }

    /// <summary>Where the last record found begins.</summary>
    internal int Start { get; private set; }

    internal bool Next(out ulong number, out ReadOnlySpan<byte> text)
    {
        var at = End;
        if (!SpoolRecord.TryRead(_bytes[at..], out number, out text))
        {
            if (!whole || SpoolRecord.Find(_bytes[at..]) is not (> 0 and var skipped))
            {
                return false;
            }

            at += skipped;
            SpoolRecord.TryRead(_bytes[at..], out number, out text);
        }

        Start = at;
        End = at + SpoolRecord.HeadBytes + text.Length;
        return true;
    }
}

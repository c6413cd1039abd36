using System.Runtime.InteropServices;

namespace XdpAudit.Plugins.FlightRecorder;

/// <summary>
/// The reader's side of a ring (Documentation/bpf/ringbuf.rst): a page with our position, a page with the kernel's, and the data, mapped twice in
/// a row so that no record is ever in two pieces.
/// </summary>
internal sealed unsafe partial class BpfRing : IDisposable
{
    private const int ProtRead = 1;
    private const int ProtWrite = 2;
    private const int MapShared = 1;
    private const uint Busy = 1u << 31;
    private const uint Discarded = 1u << 30;
    private const int HeaderBytes = 8;

    private readonly nuint _page = (nuint)Environment.SystemPageSize;
    private readonly nuint _bytes;
    private readonly byte* _consumer;
    private readonly byte* _producer;

    private BpfRing(byte* consumer, byte* producer, nuint bytes)
    {
        _consumer = consumer;
        _producer = producer;
        _bytes = bytes;
    }

    /// <summary>Null and errno when the kernel refuses the mapping.</summary>
    internal static BpfRing? Open(int fd, int bytes, out int errno)
    {
        var page = (nuint)Environment.SystemPageSize;
        var consumer = Map(0, page, ProtRead | ProtWrite, MapShared, fd, 0);
        errno = consumer == -1 ? Marshal.GetLastPInvokeError() : 0;
        if (errno != 0)
        {
            return null;
        }

        var producer = Map(0, page + (2 * (nuint)bytes), ProtRead, MapShared, fd, (nint)page);
        errno = producer == -1 ? Marshal.GetLastPInvokeError() : 0;
        if (errno != 0)
        {
            _ = Unmap(consumer, page);
            return null;
        }

        return new((byte*)consumer, (byte*)producer, (nuint)bytes);
    }

    /// <summary>Gives the records that are there now, oldest first, until one is not finished yet. A record's span ends with the call it is given to.</summary>
    internal void Read<TState>(TState state, RecordReader<TState> reader)
    {
        var position = *(ulong*)_consumer;
        var end = Volatile.Read(ref *(ulong*)_producer);
        while (position < end)
        {
            var record = _producer + _page + (position & (_bytes - 1));
            var header = Volatile.Read(ref *(uint*)record);
            if ((header & Busy) != 0)
            {
                return;
            }

            var length = header & ~Discarded;
            if ((header & Discarded) == 0)
            {
                reader(state, new(record + HeaderBytes, (int)length));
            }

            position += (length + HeaderBytes + 7) & ~7u;
            Volatile.Write(ref *(ulong*)_consumer, position);
        }
    }

    public void Dispose()
    {
        _ = Unmap((nint)_consumer, _page);
        _ = Unmap((nint)_producer, _page + (2 * _bytes));
    }

    /// <summary>mmap(2): an address, or -1 and errno.</summary>
    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int fd, nint offset);

    /// <summary>munmap(2): 0, or -1 and errno.</summary>
    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    private static partial int Unmap(nint address, nuint length);
}

/// <summary>Takes one record of a ring.</summary>
internal delegate void RecordReader<in TState>(TState state, ReadOnlySpan<byte> record);

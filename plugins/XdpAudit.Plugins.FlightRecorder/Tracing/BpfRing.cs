namespace XdpAudit.Plugins.FlightRecorder;

/// <summary>
/// The reader's side of a ring (Documentation/bpf/ringbuf.rst): a page with our position, a page with the kernel's, and the data, mapped twice in
/// a row so that no record is ever in two pieces.
/// </summary>
internal sealed unsafe class BpfRing : IDisposable
{
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
        var consumer = Memory.Map(fd, 0, page, writable: true, out errno);
        if (consumer == null)
        {
            return null;
        }

        var producer = Memory.Map(fd, (nint)page, page + (2 * (nuint)bytes), writable: false, out errno);
        if (producer == null)
        {
            Memory.Unmap(consumer, page);
            return null;
        }

        return new(consumer, producer, (nuint)bytes);
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
        Memory.Unmap(_consumer, _page);
        Memory.Unmap(_producer, _page + (2 * _bytes));
    }
}

/// <summary>Takes one record of a ring.</summary>
internal delegate void RecordReader<in TState>(TState state, ReadOnlySpan<byte> record);

using System.Runtime.InteropServices;

namespace XdpAudit.Kernel;

/// <summary>
/// Our iterators (Bpf/look.bpf.c), loaded once and read many times. They read in one pass what the id walk needs three calls per object
/// for, take no descriptor of anything they tell of, and tell what no other interface does: references, the namespace and mode of a link.
/// While loaded they are programs and links of the host like any other, named xa_iter_*, and held by us.
/// </summary>
internal sealed unsafe class BpfIterators : IDisposable
{
    internal const string Program = "xa_iter_program";
    internal const string Link = "xa_iter_link";
    internal const string Map = "xa_iter_map";
    internal const string Element = "xa_iter_element";
    internal const string Task = "xa_iter_task";
    internal const string File = "xa_iter_file";

    internal static readonly string[] Names = [Program, Link, Map, Element, Task, File];

    private static readonly Lock Loading = new();

    private readonly List<nint> _objects = [];
    private readonly Dictionary<string, nint> _links = [];
    private readonly Dictionary<string, IteratorFailure> _failures = [];
    private byte[] _buffer = new byte[64 * 1024];

    private readonly byte[] _elf;

    private BpfIterators(byte[] elf) => _elf = elf;

    /// <summary>Why an iterator is not there; null when it is.</summary>
    internal IteratorFailure? FailureOf(string name) => _failures.GetValueOrDefault(name);

    internal bool Has(string name) => _links.ContainsKey(name);

    /// <summary>Loads what this kernel and our rights allow. Never throws: what did not load is in <see cref="FailureOf"/>.</summary>
    internal static BpfIterators Load()
    {
        using var stream = typeof(BpfIterators).Assembly.GetManifestResourceStream("look.bpf.o")!;
        var elf = new byte[stream.Length];
        stream.ReadExactly(elf);
        return Load(elf);
    }

    /// <summary>As <see cref="Load()"/>, from another object with programs of these names.</summary>
    internal static BpfIterators Load(byte[] elf)
    {
        var iterators = new BpfIterators(elf);
        try
        {
            // libbpf's own messages would go to stderr, and its loader is not made for several threads at once.
            lock (Loading)
            {
                Libbpf.SetPrint(0);
                if (!iterators.TryLoad(null, out _))
                {
                    iterators.LoadOneByOne();
                }
            }
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
        {
            foreach (var name in Names)
            {
                iterators._failures[name] = new(Words.NoLibbpf, null);
            }
        }

        return iterators;
    }

    /// <summary>
    /// Runs an iterator to its end and gives its records, valid until the next call. False and errno when the kernel stops early: what was
    /// read then is not all there is.
    /// </summary>
    internal bool TryRead<TRecord>(string name, out ReadOnlySpan<TRecord> records, out int errno)
        where TRecord : unmanaged
    {
        records = [];
        var fd = Libbpf.IterCreate(Libbpf.LinkFd(_links[name]));
        if (fd < 0)
        {
            errno = -fd;
            return false;
        }

        using var run = new Descriptor(fd);
        var length = 0;
        while (true)
        {
            nint n;
            fixed (byte* p = &_buffer[length])
            {
                n = Files.Read(run.Number, p, (nuint)(_buffer.Length - length));
            }

            // EAGAIN: the kernel visited many objects without a record of ours and wants to be asked again.
            errno = n < 0 ? Errno.Last : 0;
            if (errno is Errno.EAGAIN or Errno.EINTR)
            {
                continue;
            }

            if (n <= 0)
            {
                records = MemoryMarshal.Cast<byte, TRecord>(_buffer.AsSpan(0, length));
                return n == 0;
            }

            length += (int)n;
            if (_buffer.Length - length < 32 * 1024)
            {
                Array.Resize(ref _buffer, _buffer.Length * 2);
            }
        }
    }

    public void Dispose()
    {
        foreach (var link in _links.Values)
        {
            _ = Libbpf.DestroyLink(link);
        }

        foreach (var obj in _objects)
        {
            Libbpf.Close(obj);
        }

        _links.Clear();
        _objects.Clear();
    }

    /// <summary>A kernel without one of them (iter/bpf_link came with Linux 5.19) refuses the whole object, so each gets its own chance.</summary>
    private void LoadOneByOne()
    {
        foreach (var name in Names)
        {
            if (!TryLoad(name, out var errno))
            {
                // EACCES is the verifier's word: it refuses the program, not us.
                _failures[name] = new(errno == Errno.EPERM ? Words.IteratorsNeed : Words.IteratorNotSupported, errno);
            }
        }
    }

    private bool TryLoad(string? only, out int errno)
    {
        nint obj;
        fixed (byte* p = _elf)
        {
            obj = Libbpf.OpenMem(p, (nuint)_elf.Length, 0);
        }

        if (obj == 0)
        {
            errno = Errno.Last;
            return false;
        }

        foreach (var (name, program) in Programs(obj))
        {
            _ = Libbpf.SetAutoload(program, only is null || only == name);
        }

        errno = -Libbpf.Load(obj);
        if (errno == 0)
        {
            errno = Attach(obj, only);
        }

        if (errno != 0)
        {
            Libbpf.Close(obj);
            return false;
        }

        _objects.Add(obj);
        return true;
    }

    private int Attach(nint obj, string? only)
    {
        var attached = new Dictionary<string, nint>();
        foreach (var (name, program) in Programs(obj).Where(p => only is null || p.Name == only))
        {
            var link = Libbpf.AttachIter(program, 0);
            if (link == 0)
            {
                var errno = Errno.Last;
                foreach (var other in attached.Values)
                {
                    _ = Libbpf.DestroyLink(other);
                }

                return errno;
            }

            attached[name] = link;
        }

        foreach (var (name, link) in attached)
        {
            _links[name] = link;
        }

        return attached.Count > 0 ? 0 : Errno.ENOENT;
    }

    private static List<(string Name, nint Program)> Programs(nint obj)
    {
        var programs = new List<(string, nint)>();
        for (var p = Libbpf.NextProgram(obj, 0); p != 0; p = Libbpf.NextProgram(obj, p))
        {
            programs.Add((Marshal.PtrToStringUTF8(Libbpf.ProgramName(p))!, p));
        }

        return programs;
    }
}

/// <summary>Why an iterator could not be loaded; the errno where a call failed.</summary>
internal sealed record IteratorFailure(string Why, int? Errno);

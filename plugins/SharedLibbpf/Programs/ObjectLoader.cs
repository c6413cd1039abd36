using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using XdpAudit.Abstractions;

namespace XdpAudit.Plugins;

/// <summary>
/// Loads one program of an object through libbpf. The opened object lives until it is disposed: its maps' and programs' descriptors are its own.
/// Runs on one thread from open to load, because libbpf's words are routed by thread.
/// </summary>
internal sealed unsafe class ObjectLoader : IDisposable
{
    private const string OpenCall = "bpf_object__open_mem";
    private const string LoadCall = "bpf(BPF_PROG_LOAD)";

    // The kernel takes logs of up to a quarter of 4 GiB; pages that are not written to cost nothing.
    private const int LogBytes = 16 << 20;

    private readonly BpfObject _object = new();
    private readonly LoadRequest _request;
    private readonly nint _program;
    private readonly List<(nint Map, string Name, byte[] Path)> _pinnedByObject = [];

    /// <summary>What was opened.</summary>
    internal BpfObject Object => _object;

    /// <summary>The program of it that is loaded.</summary>
    internal nint Program => _program;

    /// <summary>Opens; nothing in the kernel changes.</summary>
    internal ObjectLoader(LoadRequest request, byte[] bytes)
    {
        _request = request;
        Open(bytes);
        _program = Choose();
    }

    /// <summary>Creates the maps and loads the program. On failure libbpf takes back what it made.</summary>
    internal void Load(int maxLogBytes)
    {
        NoteMapsPinnedByTheObject();
        var log = (byte*)NativeMemory.AllocZeroed(LogBytes);
        try
        {
            _ = LibbpfObject.bpf_program__set_log_buf(_program, log, LogBytes);
            var answer = 0;
            var said = LibbpfPrint.Listen(() => answer = LibbpfObject.bpf_object__load(_object));
            if (answer < 0)
            {
                var text = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(log);
                throw text.IsEmpty
                    ? Words.LoadFailed(_request.Program, -answer, LoadCall, said)
                    : Words.VerifierRejected(_request.Program, -answer, LoadCall, Artifact(text, maxLogBytes));
            }
        }
        finally
        {
            _ = LibbpfObject.bpf_program__set_log_buf(_program, null, 0);
            NativeMemory.Free(log);
        }
    }

    /// <summary>A descriptor of our own, which outlives the object.</summary>
    internal Descriptor Duplicate()
    {
        var fd = Files.fcntl(LibbpfObject.bpf_program__fd(_program), Files.DupCloseOnExec, 3);
        return fd >= 0 ? new(fd) : throw Words.Kernel($"keep program '{_request.Program}'", Marshal.GetLastPInvokeError(), "fcntl(F_DUPFD_CLOEXEC)");
    }

    /// <summary>Maps that libbpf pinned because the object says so, in words.</summary>
    internal IReadOnlyList<string> Warnings() => [.. _pinnedByObject.Select(m => Words.MapPinned(m.Name, Encoding.UTF8.GetString(m.Path).TrimEnd('\0')))];

    /// <summary>Removes the pins of maps that were not there before: closing the object would leave them behind.</summary>
    internal void TakeBackMapPins()
    {
        foreach (var (map, _, path) in _pinnedByObject)
        {
            fixed (byte* bytes = path)
            {
                _ = LibbpfObject.bpf_map__unpin(map, bytes);
            }
        }
    }

    public void Dispose() => _object.Dispose();

    private static TextArtifact Artifact(ReadOnlySpan<byte> text, int maxBytes) => new()
    {
        Text = Encoding.UTF8.GetString(text[..Math.Clamp(maxBytes, 0, text.Length)]),
        FullLength = text.Length,
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(text)),
        Truncated = text.Length > maxBytes,
    };

    private void Open(byte[] bytes)
    {
        // As libbpf would name it had it opened the file itself: global data maps carry this name.
        var name = Encoding.UTF8.GetBytes(Path.GetFileName(_request.ObjectPath).Split('.')[0] + "\0");
        nint opened = 0;
        var errno = 0;
        var said = LibbpfPrint.Listen(() =>
        {
            fixed (byte* data = bytes, text = name)
            {
                var options = new LibbpfObject.OpenOptions { Size = (nuint)sizeof(LibbpfObject.OpenOptions), ObjectName = text };
                opened = LibbpfObject.bpf_object__open_mem(data, (nuint)bytes.Length, &options);
                errno = Marshal.GetLastPInvokeError();
            }
        });
        if (opened == 0)
        {
            throw Words.ObjectInvalid(_request.ObjectPath, said, errno, OpenCall);
        }

        _object.Take(opened);
    }

    private nint Choose()
    {
        nint chosen = 0;
        var names = new List<string>();
        for (var p = LibbpfObject.bpf_object__next_program(_object, 0); p != 0; p = LibbpfObject.bpf_object__next_program(_object, p))
        {
            var name = Marshal.PtrToStringUTF8((nint)LibbpfObject.bpf_program__name(p)) ?? "";
            names.Add(name);
            var wanted = name == _request.Program;
            chosen = wanted ? p : chosen;
            LibbpfObject.bpf_program__set_autoload(p, wanted);
        }

        if (chosen == 0)
        {
            Dispose();
            throw Words.ProgramNotInObject(_request.ObjectPath, _request.Program, names);
        }

        return chosen;
    }

    private void NoteMapsPinnedByTheObject()
    {
        for (var m = LibbpfObject.bpf_object__next_map(_object, 0); m != 0; m = LibbpfObject.bpf_object__next_map(_object, m))
        {
            var path = LibbpfObject.bpf_map__pin_path(m);
            if (path is not null && Files.access(path, 0) != 0)
            {
                _pinnedByObject.Add((m, Marshal.PtrToStringUTF8((nint)LibbpfObject.bpf_map__name(m)) ?? "", [.. MemoryMarshal.CreateReadOnlySpanFromNullTerminated(path), 0]));
            }
        }
    }
}

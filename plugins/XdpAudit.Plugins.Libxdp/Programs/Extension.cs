using System.Runtime.InteropServices;
using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.Libxdp;

/// <summary>
/// EXT programs, which take the place of a function of another program (freplace). One is loaded over a target and keeps it until it is first tied to
/// something; tied once, it can be tied to a like function of any other program, as libxdp does whenever it makes a dispatcher anew.
/// The target is <c>xdp_pass</c> of libxdp's own object, whose functions have the form of a dispatcher's places.
/// </summary>
internal static unsafe class Extension
{
    internal const string TieCall = "bpf(BPF_RAW_TRACEPOINT_OPEN)";
    private const string Object = "xdp-dispatcher.o";
    private const string Function = "xdp_pass";

    /// <summary>An object of libxdp's, of which only <c>xdp_pass</c> is loaded.</summary>
    internal sealed class Opened(nint handle) : IDisposable
    {
        internal nint Program { get; private set; }

        internal nint Object { get; } = LibxdpLibrary.xdp_program__bpf_obj(handle);

        internal bool Choose()
        {
            for (var p = LibbpfExtension.bpf_object__next_program(Object, 0); p != 0; p = LibbpfExtension.bpf_object__next_program(Object, p))
            {
                var wanted = Marshal.PtrToStringUTF8((nint)LibbpfObject.bpf_program__name(p)) == Function;
                Program = wanted ? p : Program;
                LibbpfObject.bpf_program__set_autoload(p, wanted);
            }

            return Program != 0;
        }

        public void Dispose() => LibxdpLibrary.xdp_program__close(handle);
    }

    /// <summary>Opens libxdp's own object where libxdp finds it; nothing in the kernel changes.</summary>
    internal static Opened Open()
    {
        nint handle = 0;
        var said = LibxdpPrint.Listen(() => handle = LibxdpLibrary.xdp_program__find_file(Object, 0, 0));
        if (LibxdpLibrary.Error(handle) is { } errno)
        {
            throw LibxdpWords.DispatcherMissing(Object, errno, said);
        }

        var opened = new Opened(handle);
        if (opened.Choose())
        {
            return opened;
        }

        opened.Dispose();
        throw LibxdpWords.DispatcherMissing(Object, Errnos.Enoent, $"it has no program '{Function}'");
    }

    /// <summary>The trivial program, loaded as what it is; it goes when this is disposed and nothing is tied to it.</summary>
    internal static Opened Target()
    {
        var target = Open();
        var answer = 0;
        var said = LibxdpPrint.Listen(() => answer = LibbpfExtension.bpf_object__load(target.Object));
        if (answer >= 0)
        {
            return target;
        }

        target.Dispose();
        throw LibxdpWords.TargetRefused(-answer, said);
    }

    /// <summary>Refuses what cannot become an EXT program, before anything is done.</summary>
    internal static void Check(ObjectLoader loader, LoadRequest request)
    {
        if (LibbpfExtension.bpf_program__type(loader.Program) is not (LibbpfExtension.TypeXdp or LibbpfExtension.TypeExt))
        {
            throw LibxdpWords.NotXdp(request);
        }

        if (LibbpfBtf.bpf_object__btf(loader.Object) == 0)
        {
            throw LibxdpWords.NoBtf(request);
        }
    }

    /// <summary>Has the program loaded as an EXT program over the target.</summary>
    internal static void Aim(nint program, nint target)
    {
        var answer = LibbpfExtension.bpf_program__set_attach_target(program, LibbpfObject.bpf_program__fd(target), Function);
        answer = answer < 0 ? answer : LibbpfExtension.bpf_program__set_type(program, LibbpfExtension.TypeExt);
        answer = answer < 0 ? answer : LibbpfExtension.bpf_program__set_expected_attach_type(program, 0);

        if (answer < 0)
        {
            throw Words.Kernel("name the target of an EXT program", -answer, "bpf_program__set_attach_target");
        }
    }

    /// <summary>Ties it to its target and unties it, after which it keeps the target no longer.</summary>
    internal static void Free(Descriptor program, string name)
    {
        var attributes = new LibbpfExtension.TieAttributes { ProgramFd = (uint)program.Number };
        var fd = BpfSyscall.Bpf(LibbpfExtension.RawTracepointOpen, &attributes, sizeof(LibbpfExtension.TieAttributes));
        if (fd < 0)
        {
            throw LibxdpWords.CannotTie(name, -fd);
        }

        new Descriptor(fd).Dispose();
    }
}

using System.Runtime.InteropServices;
using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.Libxdp;

/// <summary>
/// Whether a dispatcher can be had here, found out by doing in small what libxdp does: a trivial EXT program is loaded over a trivial XDP program and
/// tied to it. No version tells: kernels are built and guarded differently. libxdp would not tell either, but attach a single program without a
/// dispatcher and call it success.
/// </summary>
internal sealed class Support(LibxdpOptions options)
{
    private readonly Lock _gate = new();
    private bool _known;
    private ExecutorError? _why;

    /// <summary>Null when it can. What a person may mend without another kernel is tried again at the next call.</summary>
    internal ExecutorError? Why()
    {
        lock (_gate)
        {
            if (!_known)
            {
                _why = Try();
                _known = _why is null or { Code: LibxdpWords.ExtRefused };
            }

            return _why;
        }
    }

    /// <summary>Refuses an act, with the capability that is missing for it, where the dispatcher cannot be had.</summary>
    internal void Demand(string doing, string? needs)
    {
        if (Why() is { } why)
        {
            throw LibxdpWords.NotHere(doing, needs, why);
        }
    }

    /// <summary>Expected failures of a host without the library, or with one that lacks a function.</summary>
    internal static Refusal? Missing(Exception cause) => cause is DllNotFoundException or EntryPointNotFoundException ? LibxdpWords.LibraryMissing(cause.Message) : null;

    private ExecutorError? Try()
    {
        try
        {
            LibxdpSurroundings.Set(options);
            using var target = Extension.Target();
            using var test = Extension.Open();
            Extension.Aim(test.Program, target.Program);
            var answer = 0;
            var said = LibxdpPrint.Listen(() => answer = LibbpfExtension.bpf_object__load(test.Object));
            if (answer < 0)
            {
                return LibxdpWords.CannotLoadExt(-answer, said).Error;
            }

            var fd = Files.fcntl(LibbpfObject.bpf_program__fd(test.Program), Files.DupCloseOnExec, 3);
            using var program = fd >= 0 ? new Descriptor(fd) : throw Words.Kernel("keep a program", Marshal.GetLastPInvokeError(), "fcntl(F_DUPFD_CLOEXEC)");
            Extension.Free(program, "xdp_pass");
            return null;
        }
        catch (Refusal refusal)
        {
            return refusal.Error;
        }
        catch (Exception cause) when (Missing(cause) is { } refusal)
        {
            return refusal.Error;
        }
    }
}

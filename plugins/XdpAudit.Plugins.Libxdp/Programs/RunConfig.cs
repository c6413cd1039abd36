using System.Text;
using XdpAudit.Abstractions;
using static XdpAudit.Plugins.Libxdp.LibbpfBtf;

namespace XdpAudit.Plugins.Libxdp;

/// <summary>
/// Where in the order a program runs. libxdp reads it from the program's own BTF, and from nowhere else once the program is loaded:
/// <c>struct { __uint(priority, 10); } XDP_RUN_CONFIG(name)</c>, a number being the length of an array. What is set for programs whose object says nothing
/// is written there before the load, so that it outlives this process, and so that another user of libxdp who makes the dispatcher anew keeps the order.
/// </summary>
internal static unsafe class RunConfig
{
    private const string Section = ".xdp_run_config";
    private const int PointerBytes = 8;
    private const uint DefaultAction = 2;

    // XDP_ABORTED to XDP_REDIRECT.
    private static readonly string[] Actions = ["XDP_ABORTED", "XDP_DROP", "XDP_PASS", "XDP_TX", "XDP_REDIRECT"];

    /// <summary>
    /// Refuses an object that says after which actions the next program is to run, unless it says what libxdp does anyway: the same BTF has them, but
    /// libxdp up to 1.6.3 does not take them for a program that is already loaded (xdp_program__set_chain_call_enabled refuses those), and says nothing.
    /// </summary>
    internal static void Check(ObjectLoader loader, LoadRequest request)
    {
        nint opened;
        fixed (byte* name = Encoding.UTF8.GetBytes(request.Program + "\0"))
        {
            var options = new LibxdpLibrary.ProgramOptions { Size = (nuint)sizeof(LibxdpLibrary.ProgramOptions), Object = loader.Object.DangerousGetHandle(), ProgramName = name };
            opened = LibxdpLibrary.xdp_program__create(&options);
        }

        if (LibxdpLibrary.Error(opened) is { } errno)
        {
            throw LibxdpWords.RunConfigUnread(request, errno);
        }

        var said = Actions.Where((_, i) => LibxdpLibrary.xdp_program__chain_call_enabled(opened, (uint)i)).ToList();
        LibxdpLibrary.xdp_program__close(opened);
        if (said is not [var one] || one != Actions[DefaultAction])
        {
            throw LibxdpWords.ActionsNotTaken(request, said);
        }
    }

    internal static void Write(ObjectLoader loader, LoadRequest request, LibxdpOptions options)
    {
        var btf = bpf_object__btf(loader.Object);
        if (options.RunPriority is not { } priority || btf__find_by_name_kind(btf, Section, KindDatasec) > 0)
        {
            return;
        }

        var whole = btf__find_by_name_kind(btf, "int", KindInt) is > 0 and var there ? there : Made(request, btf__add_int(btf, "int", 4, SignedInt));
        var number = Made(request, btf__add_ptr(btf, Made(request, btf__add_array(btf, whole, whole, (uint)priority))));
        var type = Made(request, btf__add_struct(btf, null, PointerBytes));
        Made(request, btf__add_field(btf, "priority", number, 0, 0));
        var variable = Made(request, btf__add_var(btf, "_" + request.Program, GlobalVariable, type));
        Made(request, btf__add_datasec(btf, Section, PointerBytes));
        Made(request, btf__add_datasec_var_info(btf, variable, 0, PointerBytes));
    }

    private static int Made(LoadRequest request, int answer) =>
        answer >= 0 ? answer : throw Words.Kernel($"write the place of program '{request.Program}' into its BTF", -answer, "btf__add_*");
}

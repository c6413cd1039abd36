using System.CommandLine;
using System.CommandLine.Invocation;
using XdpAudit.Server;

// The auditor's process. People type `xdpaudit up` and `xdpaudit doctor`, which become this.
var root = new RootCommand("the auditor of XDP programs and links")
{
    UpCommand.Make(Up.RunAsync),
    DoctorCommand.Make(),
    PluginCommand.Make(),
};
var parsed = root.Parse(args);
if (parsed is { Action: ParseErrorAction, Errors: [var first, ..] })
{
    Terminal.Warn($"xdpaudit: {first.Message.TrimEnd('.')}; see xdpaudit up --help");
    return ExitCode.Usage;
}

// The end has things to say to the journal and a cluster to stop: that may take longer than the library's two seconds.
return await parsed.InvokeAsync(new() { ProcessTerminationTimeout = TimeSpan.FromSeconds(60) });

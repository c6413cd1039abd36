using System.CommandLine;
using XdpAudit.Server;

// The auditor's process. People type `xdpaudit up` and `xdpaudit doctor`, which become this.
var root = new RootCommand("the auditor of XDP programs and links")
{
    UpCommand.Make(Up.RunAsync),
    DoctorCommand.Make(),
};

// The end has things to say to the journal and a cluster to stop: that may take longer than the library's two seconds.
return await root.Parse(args).InvokeAsync(new() { ProcessTerminationTimeout = TimeSpan.FromSeconds(60) });

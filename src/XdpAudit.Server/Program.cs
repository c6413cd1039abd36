using System.CommandLine;
using XdpAudit.Server;

// The auditor's process. People type `xdpaudit up` and `xdpaudit doctor`, which become this.
var root = new RootCommand("the auditor of XDP programs and links")
{
    UpCommand.Make(Up.RunAsync),
    DoctorCommand.Make(),
};
return await root.Parse(args).InvokeAsync();

/** What an API group serves: words such as `pods pods/log`, apart by whether they stand in a namespace. */
export interface Served {
  readonly namespaced?: string;
  readonly cluster?: string;
}

/**
 * Kubernetes' own groups, all versions from 1.30 to 1.36, alpha ones included.
 * Source: the paths of its OpenAPI documents of these versions. `npm run test:long -- resources` compares them again.
 */
export const KUBERNETES: Readonly<Record<string, Served>> = {
  '': {
    namespaced: `
      bindings configmaps endpoints events limitranges persistentvolumeclaims persistentvolumeclaims/status pods
      pods/attach pods/binding pods/ephemeralcontainers pods/eviction pods/exec pods/log pods/portforward
      pods/proxy pods/resize pods/status podtemplates replicationcontrollers replicationcontrollers/scale
      replicationcontrollers/status resourcequotas resourcequotas/status secrets serviceaccounts
      serviceaccounts/token services services/proxy services/status`,
    cluster: `
      componentstatuses namespaces namespaces/finalize namespaces/status nodes nodes/proxy nodes/status
      persistentvolumes persistentvolumes/status`,
  },
  'admissionregistration.k8s.io': {
    cluster: `
      mutatingadmissionpolicies mutatingadmissionpolicybindings mutatingwebhookconfigurations
      validatingadmissionpolicies validatingadmissionpolicies/status validatingadmissionpolicybindings
      validatingwebhookconfigurations`,
  },
  'apiextensions.k8s.io': { cluster: 'customresourcedefinitions customresourcedefinitions/status' },
  'apiregistration.k8s.io': { cluster: 'apiservices apiservices/status' },
  apps: {
    namespaced: `
      controllerrevisions daemonsets daemonsets/status deployments deployments/scale deployments/status
      replicasets replicasets/scale replicasets/status statefulsets statefulsets/scale statefulsets/status`,
  },
  'authentication.k8s.io': { cluster: 'selfsubjectreviews tokenreviews' },
  'authorization.k8s.io': {
    namespaced: 'localsubjectaccessreviews',
    cluster: 'selfsubjectaccessreviews selfsubjectrulesreviews subjectaccessreviews',
  },
  autoscaling: { namespaced: 'horizontalpodautoscalers horizontalpodautoscalers/status' },
  batch: { namespaced: 'cronjobs cronjobs/status jobs jobs/status' },
  'certificates.k8s.io': {
    namespaced: 'podcertificaterequests podcertificaterequests/status',
    cluster: `
      certificatesigningrequests certificatesigningrequests/approval certificatesigningrequests/status
      clustertrustbundles`,
  },
  'coordination.k8s.io': { namespaced: 'leasecandidates leases' },
  'discovery.k8s.io': { namespaced: 'endpointslices' },
  'events.k8s.io': { namespaced: 'events' },
  'flowcontrol.apiserver.k8s.io': {
    cluster: `
      flowschemas flowschemas/status prioritylevelconfigurations prioritylevelconfigurations/status`,
  },
  'internal.apiserver.k8s.io': { cluster: 'storageversions storageversions/status' },
  'networking.k8s.io': {
    namespaced: 'ingresses ingresses/status networkpolicies',
    cluster: 'ingressclasses ipaddresses servicecidrs servicecidrs/status',
  },
  'node.k8s.io': { cluster: 'runtimeclasses' },
  policy: { namespaced: 'poddisruptionbudgets poddisruptionbudgets/status' },
  'rbac.authorization.k8s.io': { namespaced: 'rolebindings roles', cluster: 'clusterrolebindings clusterroles' },
  'resource.k8s.io': {
    namespaced: `
      podschedulingcontexts podschedulingcontexts/status resourceclaimparameters resourceclaims
      resourceclaims/status resourceclaimtemplates resourceclassparameters`,
    cluster: `
      deviceclasses devicetaintrules devicetaintrules/status resourceclasses resourcepoolstatusrequests
      resourcepoolstatusrequests/status resourceslices`,
  },
  'scheduling.k8s.io': { namespaced: 'podgroups podgroups/status workloads', cluster: 'priorityclasses' },
  'storage.k8s.io': {
    namespaced: 'csistoragecapacities',
    cluster: `
      csidrivers csinodes storageclasses volumeattachments volumeattachments/status volumeattributesclasses`,
  },
  'storagemigration.k8s.io': { cluster: 'storageversionmigrations storageversionmigrations/status' },
};

/** Groups that are gone; policies that are older than Kubernetes 1.16 and 1.20 name them, and they do no harm. */
export const FORMER: Readonly<Record<string, Served>> = {
  extensions: {
    namespaced: 'daemonsets deployments ingresses networkpolicies replicasets',
    cluster: 'podsecuritypolicies',
  },
  'settings.k8s.io': { namespaced: 'podpresets' },
};

const CALICO_NAMESPACED = `
      deeppacketinspections networkpolicies networksets packetcaptures stagedkubernetesnetworkpolicies
      stagednetworkpolicies`;

const CALICO_CLUSTER = `
      alertexceptions bfdconfigurations bgpconfigurations bgpfilters bgppeers blockaffinities caliconodestatuses
      clusterinformations egressgatewaypolicies externalnetworks felixconfigurations globalalerts
      globalalerttemplates globalnetworkpolicies globalnetworksets globalreports globalreporttypes
      globalthreatfeeds hostendpoints ipamblocks ipamhandles ippools ipreservations kubecontrollersconfigurations
      licensekeys managedclusters networks policyrecommendationscopes qospolicies remoteclusterconfigurations
      securityeventwebhooks stagedglobalnetworkpolicies tiers uisettings uisettingsgroups`;

/**
 * Groups of custom resources on EKS: Calico's (the definitions of Tigera's operator, August 2026; profiles and reviews
 * are those of Calico's API server) and those that AWS installs. Versions differ, so what is not here may be served.
 * Each resource may have the subresources status and scale.
 */
export const CUSTOM: Readonly<Record<string, Served>> = {
  'projectcalico.org': {
    namespaced: CALICO_NAMESPACED,
    cluster: `${CALICO_CLUSTER} authenticationreviews authorizationreviews datastoremigrations ipamconfigurations profiles`,
  },
  'crd.projectcalico.org': { namespaced: CALICO_NAMESPACED, cluster: `${CALICO_CLUSTER} ipamconfigs` },
  'operator.tigera.io': {
    namespaced: 'egressgateways tenants tlspassthroughroutes tlsterminatedroutes',
    cluster: `
      apiservers applicationlayers authentications gatewayapis goldmanes imagesets installations
      intrusiondetections istios logcollectors logstorages managementclusterconnections managementclusters
      managers monitors nonclusterhosts packetcaptureapis policyrecommendations tigerastatuses whiskers`,
  },
  'applicationlayer.projectcalico.org': {
    namespaced: 'wafplugins wafpolicies wafvalidationpolicies',
    cluster: 'globalwafplugins globalwafpolicies globalwafvalidationpolicies',
  },
  'policy.networking.k8s.io': { cluster: 'adminnetworkpolicies baselineadminnetworkpolicies clusternetworkpolicies' },
  'usage.tigera.io': { cluster: 'licenseusagereports' },
  'crd.k8s.amazonaws.com': { cluster: 'eniconfigs' },
  'vpcresources.k8s.aws': { namespaced: 'securitygrouppolicies', cluster: 'cninodes' },
  'networking.k8s.aws': {
    namespaced: 'applicationnetworkpolicies policyendpoints',
    cluster: 'clusternetworkpolicies clusterpolicyendpoints',
  },
  'eks.amazonaws.com': {
    namespaced: 'targetgroupbindings',
    cluster: 'cninodes ingressclassparams nodeclasses nodediagnostics',
  },
  'elbv2.k8s.aws': { namespaced: 'targetgroupbindings', cluster: 'ingressclassparams' },
  'karpenter.sh': { cluster: 'nodeclaims nodeoverlays nodepools' },
  'karpenter.k8s.aws': { cluster: 'ec2nodeclasses' },
  'metrics.k8s.io': { namespaced: 'pods', cluster: 'nodes' },
};

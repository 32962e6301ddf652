/** The units that serve, by what realservers run; Apache and Tomcat are called otherwise in Debian. */
export const unitsOf = {
  nginx: ['nginx.service'],
  apache: ['apache2.service', 'httpd.service'],
  tomcat: ['tomcat.service', 'tomcat9.service', 'tomcat10.service', 'tomcat11.service'],
  none: [],
} as const
